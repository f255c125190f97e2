import { isoTime } from '../../api/iso-time.ts';
import { CONFIRM_ANNOTATION, RESYNC_ANNOTATION } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import type { ResyncReport } from '../../dynamodb/state/resyncs.ts';
import { ApiError } from '../../kube/api-error.ts';
import { after, done } from '../../kube/outcome.ts';
import { CRON_JOB, JOB, type KubeObject, keyOf } from '../../kube/resource.ts';
import type { ClaimedPass } from '../context.ts';
import { ensureChild } from '../kube-objects/children.ts';
import { jobState } from '../kube-objects/job-state.ts';
import { jobsOf } from '../kube-objects/jobs.ts';
import type { Finding, StatusFields } from '../status/step-result.ts';
import { waitingForPods } from '../status/waiting-for-pods.ts';
import { decideResync, type ResyncObservation, type ResyncRequest } from './decide.ts';
import { complaintOf, failedSince } from './degradation.ts';
import { resyncCronJob, resyncJob } from './manifests.ts';
import { newsOf } from './report.ts';
import { handledStatus, resyncStatus } from './status.ts';

/** For a resync that is under way to end. */
const WAIT_MS = 5_000;

/** Keeps the CronJob as it should be, starts what annotations ask for, and tells what the last resync left behind. */
export async function ensureResync(pass: ClaimedPass): Promise<Finding> {
  const { deps, index, services, signal, marker } = pass;
  const refused = await ensureCronJob(pass);
  const last = await services.resyncs.read(signal);
  if (last) tellOnce(pass, last);
  const report = last?.epoch === marker.epoch ? last : undefined;
  const jobs = jobsOf(pass, 'resync');
  const nowMs = deps.now().getTime();
  const running = jobs.find((job) => jobState(job, nowMs).kind !== 'ended');
  const step = decideResync(observationOf(index, { last, report, isRunning: running !== undefined }));
  const handled = step.do === 'start' ? await start(pass, step.request) : {};
  const toldAtMs = Math.max(last?.endedAtMs ?? 0, marker.startedAtMs);
  const hindered = step.do === 'wait' && running ? hindranceOf(running, nowMs) : undefined;
  const complaint = complaintOf(report, failedSince(jobs, toldAtMs, nowMs)) ?? refused ?? hindered;
  return {
    statements: [],
    status: { ...(last ? resyncStatus(last) : {}), ...handled },
    ...(complaint ? { complaint } : {}),
    outcome: step.do === 'wait' ? after(WAIT_MS) : done,
  };
}

/** What is asked for waits for a Job that does not begin. */
function hindranceOf(job: KubeObject, nowMs: number): Finding['complaint'] {
  if (jobState(job, nowMs).kind !== 'withoutPods') return undefined;
  const { reason, message } = waitingForPods('Degraded', { kind: 'Job', name: job.metadata.name });
  return { reason, message };
}

/** The API server knows the grammar of schedules best, and says what is wrong with one. */
async function ensureCronJob({ deps, index, podSecrets, signal }: ClaimedPass): Promise<Finding['complaint']> {
  const wanted = resyncCronJob(index, { image: deps.image, secret: podSecrets.backfill });
  const live = deps.caches.cronJobs.get(keyOf(wanted));
  try {
    await ensureChild(deps, { type: CRON_JOB, live, wanted }, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Invalid') throw error;
    const why = error.causes.join('; ') || error.message;
    return { reason: 'ScheduleInvalid', message: `resync.schedule cannot be used: ${why}` };
  }
}

interface Seen {
  readonly last: ResyncReport | undefined;
  /** The last one, if it is of this filling. */
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

async function start({ deps, index, podSecrets, signal }: ClaimedPass, request: ResyncRequest): Promise<StatusFields> {
  const wanted = resyncJob(index, { image: deps.image, secret: podSecrets.backfill }, request);
  await ensureChild(deps, { type: JOB, live: undefined, wanted }, signal);
  const why =
    request.kind === 'confirmed' ? 'removals were confirmed' : `asked for by ${RESYNC_ANNOTATION}=${request.value}`;
  const note = `Job ${wanted.metadata.name} compares the bucket with the index: ${why}`;
  deps.events.record(index, { type: 'Normal', reason: 'ResyncStarted', action: 'Resync', note });
  return handledStatus(request);
}

function tellOnce({ deps, index }: ClaimedPass, report: ResyncReport): void {
  if (index.status?.resync?.endedAt !== isoTime(report.endedAtMs)) deps.events.record(index, newsOf(report));
}
