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

/** Between looks at a resync that must end before the requested one starts. */
const WAIT_MS = 5_000;

/**
 * Applies the CronJob, starts what annotations or missed events ask for, and reports what the last resync left for a
 * person to mend.
 */
export async function ensureResync(
  context: OwnedContext,
  { gap, status: { notifications } = {} }: Pick<IndexerResult, 'gap' | 'status'> = {},
): Promise<StepResult> {
  const { deps, index, services, signal, ownership } = context;
  const scheduleProblem = await ensureCronJob(context);
  const last = await services.resyncs.read(signal);
  if (last) recordOnce(context, last);
  const report = last?.epoch === ownership.epoch ? last : undefined;
  const jobs = jobsOf(context, 'resync');
  const nowMs = deps.now().getTime();
  const running = jobs.find((job) => jobState(job, nowMs).kind !== 'ended');
  const isRunning = running !== undefined;
  const decided = decideResync(observationOf(index, { last, report, isRunning, gap: dueOf(context, gap) }));
  const step = startedBefore(context, decided, running) ?? decided;
  const handled = step.do === 'start' ? await start(context, step.request) : {};
  const isForGap = step.do === 'start' && step.request.kind === 'gap';
  const lastGapResync = isForGap ? { notifications: { ...notifications, lastGapResyncTime: isoTime(nowMs) } } : {};
  const reportedAtMs = Math.max(last?.endedAtMs ?? 0, ownership.startedAtMs);
  const blocked = step.do === 'wait' && running ? startProblem(running, nowMs) : undefined;
  const endedAtMs = Math.max(last?.endedAtMs ?? 0, ownership.completedAtMs ?? nowMs);
  const missing = missingResync(index, { endedAtMs, running, nowMs });
  const failedJob = failedSince(jobs, reportedAtMs, nowMs);
  const found = degradationOf(report, failedJob) ?? scheduleProblem ?? blocked ?? missing;
  const degradation = found && (await withPodCause(context, 'resync', found));
  return {
    conditions: [],
    status: { ...(last ? resyncStatus(last) : {}), ...handled, ...lastGapResync },
    ...(degradation ? { degradation } : {}),
    outcome: outcomeOf(step),
  };
}

function outcomeOf(step: ResyncStep): Outcome {
  if (step.do === 'wait') return after(WAIT_MS);
  return step.do === 'nothing' && step.againInMs !== undefined ? after(step.againInMs) : done;
}

function missingResync(
  index: RegistryIndex,
  { endedAtMs, running, nowMs }: { endedAtMs: number; running: KubeObject | undefined; nowMs: number },
): Problem | undefined {
  return overdue({
    schedule: scheduleOf(index),
    cronJobName: childName(index.metadata.name, 'resync'),
    endedAtMs,
    running: running && { job: running, state: jobState(running, nowMs) },
    nowMs,
  });
}

/** The requested resync waits for a Job whose pods do not start. */
function startProblem(job: KubeObject, nowMs: number): Problem | undefined {
  if (jobState(job, nowMs).kind !== 'withoutPods') return undefined;
  const { reason, message } = waitingForPods('Degraded', { kind: 'Job', name: job.metadata.name });
  return { reason, message };
}

interface Seen {
  readonly last: ResyncReport | undefined;
  /** The last one, if it is of the current epoch. */
  readonly report: ResyncReport | undefined;
  readonly isRunning: boolean;
  readonly gap: ResyncObservation['gap'];
}

function observationOf(
  { metadata: { annotations = {} }, status = {} }: RegistryIndex,
  { last, report, isRunning, gap }: Seen,
): ResyncObservation {
  return {
    asked: { resync: annotations[RESYNC_ANNOTATION], confirmation: annotations[CONFIRM_ANNOTATION] },
    handled: { resync: status.handledResync, confirmation: status.handledConfirmation },
    lastEndedAt: last && isoTime(last.endedAtMs),
    withheld: report?.withheld && { ...report.withheld, endedAt: isoTime(report.endedAtMs) },
    gap,
    isRunning,
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

/** If a process before this one has started the Job of the request and ended before the status said so. */
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
