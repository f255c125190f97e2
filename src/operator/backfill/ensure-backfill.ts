import { isoTime } from '../../api/iso-time.ts';
import { type BackfillProgress, progressOf } from '../../dynamodb/state/progress.ts';
import { after, done } from '../../kube/outcome.ts';
import { JOB, type KubeObject } from '../../kube/resource.ts';
import { updateOwnership } from '../../table-lifecycle/step.ts';
import type { OwnedContext, ReconcileContext } from '../context.ts';
import { ensureChild } from '../kube-objects/children.ts';
import { isOutOfPods, type JobState, jobState, jobsOf, removeJob } from '../kube-objects/jobs.ts';
import { terminatingNamespace } from '../kube-objects/namespace.ts';
import { podRuntime } from '../kube-objects/pod-runtime.ts';
import { withPodCause } from '../status/pod-cause.ts';
import type { StepResult } from '../status/step-result.ts';
import { takeStep } from '../tables/take-step.ts';
import { type BackfillStep, decideBackfill } from './decide.ts';
import { backfillJob } from './job.ts';
import { backfillStatus, completeCondition, incompleteCondition } from './status.ts';

const WATCH_MS = 2_000;

/** Observes the ranges and the Job of the ownership record's epoch, and takes the one next step about them. */
export async function ensureBackfill(context: OwnedContext): Promise<StepResult> {
  const { deps, index, ownership } = context;
  const wanted = backfillJob(index, ownership.epoch, podRuntime(context, 'backfill'));
  await removeOtherJobs(context, wanted);
  const nowMs = deps.now().getTime();
  const job = jobState(liveJob(context, wanted), nowMs);
  if (ownership.complete) {
    await removeLeftover(context, { wanted, job, nowMs });
    return {
      conditions: [completeCondition(ownership, index.status?.backfill?.repositories)],
      ...(await completion(context)),
      outcome: done,
    };
  }
  const progress = await readProgress(context);
  const attempts = attemptsOf(context);
  const step = decideBackfill({ ownership, progress, job, attempts, nowMs });
  await act(context, step, wanted);
  const idleMs = idleMsOf(context, progress, nowMs);
  const condition = incompleteCondition(progress, job, { jobName: wanted.metadata.name, idleMs });
  const failures = step.do === 'removeFailedJob' ? attempts + 1 : attempts;
  return {
    conditions: [await withPodCause(context, 'backfill', condition)],
    status: backfillStatus(ownership, { progress, attempts: failures, nowMs }),
    outcome: after(step.do === 'waitToRetry' ? Math.min(step.ms, deps.recheckMs()) : WATCH_MS),
  };
}

async function act(context: OwnedContext, step: BackfillStep, wanted: KubeObject): Promise<void> {
  const { deps, index, signal, ownership } = context;
  const record = (reason: string, note: string) =>
    deps.events.record(index, { type: 'Normal', reason, action: 'Backfill', note });
  if (step.do === 'startJob') {
    await ensureChild(deps, { type: JOB, live: undefined, wanted }, signal);
    const attempt = attemptsOf(context) + 1;
    record(
      'BackfillStarted',
      `Job ${wanted.metadata.name} fills the tables from ${ownership.source} (attempt ${attempt})`,
    );
  } else if (step.do === 'removeFailedJob') {
    const failed = liveJob(context, wanted);
    if (failed) await removeJob(deps, failed, signal);
  } else if (step.do === 'complete') {
    if (await setComplete(context))
      record('BackfillCompleted', `Everything in the bucket can be found (epoch ${ownership.epoch})`);
  }
}

/** False if the ownership record has changed since it was read: the next reconciliation reads it again. */
async function setComplete(context: OwnedContext): Promise<boolean> {
  const { deps, ownership } = context;
  const next = { ...ownership, complete: true, completedAtMs: deps.now().getTime() };
  const outcome = await takeStep(context, updateOwnership(ownership, next, 'Completed'));
  return outcome.kind === 'done';
}

/** The final figures of a backfill, read again unless the status has them. */
async function completion(context: OwnedContext): Promise<Pick<StepResult, 'status'>> {
  const { completedAtMs } = context.ownership;
  const recorded = context.index.status?.backfill?.completedAt;
  if (completedAtMs === undefined || recorded === isoTime(completedAtMs)) return {};
  const final = { progress: await readProgress(context), attempts: 0, nowMs: completedAtMs };
  return { status: backfillStatus(context.ownership, final) };
}

async function readProgress({ services, ownership, signal }: OwnedContext): Promise<BackfillProgress> {
  const plan = await services.ranges.readPlan(ownership.epoch, signal);
  return progressOf(plan, plan ? await services.ranges.readProgress(plan, signal) : []);
}

/** Removes Jobs of earlier epochs and templates: the wanted Job goes on from their progress. */
async function removeOtherJobs(context: OwnedContext, wanted: KubeObject): Promise<void> {
  const others = jobsOf(context, 'backfill').filter(
    ({ metadata }) => metadata.name !== wanted.metadata.name && !metadata.deletionTimestamp,
  );
  for (const job of others) await removeJob(context.deps, job, context.signal);
}

/** How long a Job is left whose work is done, and whose pod a sidecar keeps alive. */
const LEFTOVER_MS = 5 * 60_000;

async function removeLeftover(
  context: OwnedContext,
  { wanted, job, nowMs }: { wanted: KubeObject; job: JobState; nowMs: number },
): Promise<void> {
  const isOver = nowMs - (context.ownership.completedAtMs ?? nowMs) > LEFTOVER_MS;
  const live = liveJob(context, wanted);
  if (live && isOver && job.kind !== 'ended' && !live.metadata.deletionTimestamp)
    await removeJob(context.deps, live, context.signal);
}

/** How long this process has seen no progress. */
function idleMsOf({ deps, index, ownership }: OwnedContext, progress: BackfillProgress, nowMs: number): number {
  const state = deps.state.of(index.metadata.uid);
  const seen = [ownership.epoch, progress.percent, progress.repositories, progress.tags].join('/');
  if (state.backfillProgress?.seen !== seen) state.backfillProgress = { seen, sinceMs: nowMs };
  return nowMs - state.backfillProgress.sinceMs;
}

function liveJob(context: OwnedContext, wanted: KubeObject): KubeObject | undefined {
  return jobsOf(context, 'backfill').find(({ metadata }) => metadata.name === wanted.metadata.name);
}

function attemptsOf({ index, ownership }: OwnedContext): number {
  const { epoch, backfill } = index.status ?? {};
  return epoch === ownership.epoch ? (backfill?.attempts ?? 0) : 0;
}

/**
 * A namespace that is being deleted waits for its pods before anything else in it is deleted (KEP-5080). An indexed Job
 * with retries keeps the last pod of each worker until another takes its place, and no pod can be made there any more.
 * So the Job is removed, and its pods go with it.
 */
export async function unblockNamespace({
  deps,
  index,
  signal,
}: Pick<ReconcileContext, 'deps' | 'index' | 'signal'>): Promise<StepResult> {
  const jobs = jobsOf({ deps, index }, 'backfill').filter(isOutOfPods);
  if (jobs.length > 0 && (await terminatingNamespace(deps, index, signal)))
    for (const job of jobs) await removeJob(deps, job, signal);
  return { conditions: [], outcome: done };
}
