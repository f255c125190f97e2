import type { Problem } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import { CONFIRM_ANNOTATION, childName, RESYNC_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { gapResyncInMs, type OpenGap, seeGap } from '../../dynamodb/state/open-gap.ts';
import type { ResyncReport } from '../../dynamodb/state/resync-report.ts';
import { after, done, type Outcome } from '../../kube/outcome.ts';
import { JOB, type KubeObject } from '../../kube/resource.ts';
import type { OwnedContext } from '../context.ts';
import type { IndexerResult } from '../indexer-service/ensure-indexer.ts';
import { ensureChild } from '../kube-objects/children.ts';
import { jobState, jobsOf } from '../kube-objects/jobs.ts';
import { podRuntime } from '../kube-objects/pod-runtime.ts';
import { waitingForPods } from '../status/failure.ts';
import { withPodCause } from '../status/pod-cause.ts';
import type { StatusFields, StepResult } from '../status/step-result.ts';
import { ensureCronJob } from './cron-job.ts';
import { decideResync, type ResyncObservation, type ResyncRequest, type ResyncStep } from './decide.ts';
import { resyncJob, scheduleOf } from './manifests.ts';
import { overdue } from './overdue.ts';
import { degradationOf, eventOf, failedSince, handledStatus, resyncStatus } from './report.ts';

/** How often to look at a resync that must end before the requested one starts. */
const WAIT_MS = 5_000;

/**
 * Applies the CronJob, starts what annotations or missed events ask for, and reports what the last resync left for a
 * person to mend.
 */
export async function ensureResync(
  context: OwnedContext,
  { gap, status: { notifications } = {} }: Pick<IndexerResult, 'gap' | 'status'> = {},
): Promise<StepResult> {
  const scheduleProblem = await ensureCronJob(context);
  const seen = await observe(context);
  if (seen.last) recordOnce(context, seen.last);
  const step = decide(context, seen, gap);
  const started = step.do === 'start' ? await start(context, step.request) : {};
  const isForGap = step.do === 'start' && step.request.kind === 'gap';
  const lastGapResync = isForGap && { notifications: { ...notifications, lastGapResyncTime: isoTime(seen.nowMs) } };
  const problem = leftBehind(context, seen) ?? scheduleProblem ?? heldBack(context, seen, step);
  return {
    conditions: [],
    status: { ...(seen.last && resyncStatus(seen.last)), ...started, ...lastGapResync },
    ...(problem && { degradation: await withPodCause(context, 'resync', problem) }),
    outcome: outcomeOf(step),
  };
}

/** Resyncs as they are before one is started. */
interface Resyncs {
  readonly last: ResyncReport | undefined;
  /** The last one, if it is of the current epoch. */
  readonly report: ResyncReport | undefined;
  readonly jobs: readonly KubeObject[];
  /** The Job that has not ended. */
  readonly running: KubeObject | undefined;
  readonly nowMs: number;
}

async function observe(context: OwnedContext): Promise<Resyncs> {
  const { deps, services, signal, ownership } = context;
  const last = await services.resyncs.read(signal);
  const jobs = jobsOf(context, 'resync');
  const nowMs = deps.now().getTime();
  return {
    last,
    report: last?.epoch === ownership.epoch ? last : undefined,
    jobs,
    running: jobs.find((job) => jobState(job, nowMs).kind !== 'ended'),
    nowMs,
  };
}

function decide(context: OwnedContext, seen: Resyncs, gap: OpenGap | undefined): ResyncStep {
  const decided = decideResync(observationOf(context.index, seen, dueOf(context, gap)));
  return startedBefore(context, decided, seen.running) ?? decided;
}

/** What the last resync left for a person to mend. */
function leftBehind({ ownership }: OwnedContext, { last, report, jobs, nowMs }: Resyncs): Problem | undefined {
  const reportedAtMs = Math.max(last?.endedAtMs ?? 0, ownership.startedAtMs);
  return degradationOf(report, failedSince(jobs, reportedAtMs, nowMs));
}

/** What keeps the next resync from being started, or from ending. */
function heldBack(
  { index, ownership }: OwnedContext,
  { last, running, nowMs }: Resyncs,
  step: ResyncStep,
): Problem | undefined {
  const blocked = step.do === 'wait' && running ? startProblem(running, nowMs) : undefined;
  return (
    blocked ??
    overdue({
      schedule: scheduleOf(index),
      cronJobName: childName(index.metadata.name, 'resync'),
      endedAtMs: Math.max(last?.endedAtMs ?? 0, ownership.completedAtMs ?? nowMs),
      running: running && { job: running, state: jobState(running, nowMs) },
      nowMs,
    })
  );
}

function outcomeOf(step: ResyncStep): Outcome {
  if (step.do === 'wait') return after(WAIT_MS);
  return step.do === 'nothing' && step.againInMs !== undefined ? after(step.againInMs) : done;
}

/** The requested resync waits for a Job whose pods do not start. */
function startProblem(job: KubeObject, nowMs: number): Problem | undefined {
  if (jobState(job, nowMs).kind !== 'withoutPods') return undefined;
  const { reason, message } = waitingForPods('Degraded', { kind: 'Job', name: job.metadata.name });
  return { reason, message };
}

function observationOf(
  { metadata: { annotations = {} }, status = {} }: RegistryIndex,
  { last, report, running }: Resyncs,
  gap: ResyncObservation['gap'],
): ResyncObservation {
  return {
    asked: { resync: annotations[RESYNC_ANNOTATION], confirmation: annotations[CONFIRM_ANNOTATION] },
    handled: { resync: status.handledResync, confirmation: status.handledConfirmation },
    lastEndedAt: last && isoTime(last.endedAtMs),
    withheld: report?.withheld && { ...report.withheld, endedAt: isoTime(report.endedAtMs) },
    gap,
    isRunning: running !== undefined,
  };
}

/** When a resync may start for the open gap; undefined where there is none, or none is wanted. */
function dueOf({ deps, index }: OwnedContext, gap: OpenGap | undefined): ResyncObservation['gap'] {
  const state = deps.state.of(index.metadata.uid);
  if (!gap || index.spec.notifications?.resyncOnGap === false) {
    state.gapSeen = undefined;
    return undefined;
  }
  const nowMs = deps.now().getTime();
  state.gapSeen = seeGap(state.gapSeen, gap, nowMs);
  const last = index.status?.notifications?.lastGapResyncTime;
  const startedAtMs = last === undefined ? undefined : Date.parse(last);
  return { closed: gap.closed, after: last, inMs: gapResyncInMs({ seenAtMs: state.gapSeen.atMs, startedAtMs, nowMs }) };
}

/**
 * `start` instead of `wait` where the Job that runs is that of the request: a process before this one has started it,
 * and ended before the status said so.
 */
function startedBefore(
  context: OwnedContext,
  step: ResyncStep,
  running: KubeObject | undefined,
): ResyncStep | undefined {
  const isOwn = step.do === 'wait' && jobOf(context, step.request).metadata.name === running?.metadata.name;
  return isOwn ? { do: 'start', request: step.request } : undefined;
}

function jobOf(context: OwnedContext, request: ResyncRequest): KubeObject {
  return resyncJob(context.index, podRuntime(context, 'backfill'), request);
}

async function start(context: OwnedContext, request: ResyncRequest): Promise<StatusFields> {
  const { deps, index, signal } = context;
  const wanted = jobOf(context, request);
  await ensureChild(deps, { type: JOB, live: undefined, wanted }, signal);
  const note = `Job ${wanted.metadata.name} compares the bucket with the index: ${describeRequest(request)}`;
  deps.events.record(index, { type: 'Normal', reason: 'ResyncStarted', action: 'Resync', note });
  return handledStatus(request);
}

function describeRequest(request: ResyncRequest): string {
  switch (request.kind) {
    case 'confirmed':
      return 'removals were confirmed';
    case 'requested':
      return `asked for by ${RESYNC_ANNOTATION}=${request.value}`;
    case 'gap':
      return 'events may have been missed, as the condition Fresh says';
  }
}

/** The status shows whether an earlier reconciliation has recorded the event of this report. */
function recordOnce({ deps, index }: OwnedContext, report: ResyncReport): void {
  if (index.status?.resync?.endedAt !== isoTime(report.endedAtMs)) deps.events.record(index, eventOf(report));
}
