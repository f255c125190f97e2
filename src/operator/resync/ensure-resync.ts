import type { Problem } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import { CONFIRM_ANNOTATION, RESYNC_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { ResyncReport } from '../../dynamodb/state/resync-report.ts';
import { after, done } from '../../kube/outcome.ts';
import { JOB, type KubeObject } from '../../kube/resource.ts';
import type { OwnedContext } from '../context.ts';
import { ensureChild } from '../kube-objects/children.ts';
import { jobState, jobsOf } from '../kube-objects/jobs.ts';
import { waitingForPods } from '../status/failure.ts';
import type { StatusFields, StepResult } from '../status/step-result.ts';
import { ensureCronJob } from './cron-job.ts';
import { decideResync, type ResyncObservation, type ResyncRequest } from './decide.ts';
import { resyncJob } from './manifests.ts';
import { degradationOf, eventOf, failedSince, handledStatus, resyncStatus } from './report.ts';

/** Between looks at a resync that must end before the requested one starts. */
const WAIT_MS = 5_000;

/** Applies the CronJob, starts what annotations ask for, and reports what the last resync left for a person to mend. */
export async function ensureResync(context: OwnedContext): Promise<StepResult> {
  const { deps, index, services, signal, ownership } = context;
  const scheduleProblem = await ensureCronJob(context);
  const last = await services.resyncs.read(signal);
  if (last) recordOnce(context, last);
  const report = last?.epoch === ownership.epoch ? last : undefined;
  const jobs = jobsOf(context, 'resync');
  const nowMs = deps.now().getTime();
  const running = jobs.find((job) => jobState(job, nowMs).kind !== 'ended');
  const step = decideResync(observationOf(index, { last, report, isRunning: running !== undefined }));
  const handled = step.do === 'start' ? await start(context, step.request) : {};
  const reportedAtMs = Math.max(last?.endedAtMs ?? 0, ownership.startedAtMs);
  const blocked = step.do === 'wait' && running ? startProblem(running, nowMs) : undefined;
  const degradation = degradationOf(report, failedSince(jobs, reportedAtMs, nowMs)) ?? scheduleProblem ?? blocked;
  return {
    conditions: [],
    status: { ...(last ? resyncStatus(last) : {}), ...handled },
    ...(degradation ? { degradation } : {}),
    outcome: step.do === 'wait' ? after(WAIT_MS) : done,
  };
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
}

function observationOf(
  { metadata: { annotations = {} }, status = {} }: RegistryIndex,
  { last, report, isRunning }: Seen,
): ResyncObservation {
  return {
    asked: { resync: annotations[RESYNC_ANNOTATION], confirmation: annotations[CONFIRM_ANNOTATION] },
    handled: { resync: status.handledResync, confirmation: status.handledConfirmation },
    lastEndedAt: last && isoTime(last.endedAtMs),
    withheld: report?.withheld && { ...report.withheld, endedAt: isoTime(report.endedAtMs) },
    isRunning,
  };
}

async function start({ deps, index, podSecrets, signal }: OwnedContext, request: ResyncRequest): Promise<StatusFields> {
  const wanted = resyncJob(index, { image: deps.image, secret: podSecrets.backfill }, request);
  await ensureChild(deps, { type: JOB, live: undefined, wanted }, signal);
  const why =
    request.kind === 'confirmed' ? 'removals were confirmed' : `asked for by ${RESYNC_ANNOTATION}=${request.value}`;
  const note = `Job ${wanted.metadata.name} compares the bucket with the index: ${why}`;
  deps.events.record(index, { type: 'Normal', reason: 'ResyncStarted', action: 'Resync', note });
  return handledStatus(request);
}

/** The status shows whether an earlier reconciliation has recorded the event of this report. */
function recordOnce({ deps, index }: OwnedContext, report: ResyncReport): void {
  if (index.status?.resync?.endedAt !== isoTime(report.endedAtMs)) deps.events.record(index, eventOf(report));
}
