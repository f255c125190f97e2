import { isoTime } from '../../api/iso-time.ts';
import { type BackfillProgress, progressOf } from '../../dynamodb/state/progress.ts';
import { after, done } from '../../kube/outcome.ts';
import { JOB, type KubeObject, keyOf } from '../../kube/resource.ts';
import { actOnTables } from '../../table-lifecycle/execute.ts';
import type { ClaimedPass } from '../context.ts';
import { ensureChild } from '../kube-objects/children.ts';
import { jobState } from '../kube-objects/job-state.ts';
import { jobsOf } from '../kube-objects/jobs.ts';
import type { Finding } from '../status/step-result.ts';
import { complete, incomplete } from './conditions.ts';
import { type BackfillStep, decideBackfill } from './decide.ts';
import { backfillJob } from './job.ts';
import { backfillStatus } from './status.ts';

const WATCH_MS = 2_000;

/** Looks at the ranges and the Job of the marker's epoch and does the one next step about them. */
export async function ensureBackfill(pass: ClaimedPass): Promise<Finding> {
  const { deps, index, podSecrets, marker } = pass;
  const wanted = backfillJob(index, marker.epoch, { image: deps.image, secret: podSecrets.backfill });
  await removeOtherJobs(pass, wanted);
  if (marker.complete)
    return {
      statements: [complete(marker, index.status?.backfill?.repositories)],
      ...(await completion(pass)),
      outcome: done,
    };
  const nowMs = deps.now().getTime();
  const job = jobState(liveJob(pass, wanted), nowMs);
  const progress = await readProgress(pass);
  const attempts = attemptsOf(pass);
  const step = decideBackfill({ marker, progress, job, attempts, nowMs });
  await act(pass, step, wanted);
  const failures = step.do === 'removeFailedJob' ? attempts + 1 : attempts;
  return {
    statements: [incomplete(progress, job, wanted.metadata.name)],
    status: backfillStatus(marker, { progress, attempts: failures, nowMs }),
    outcome: after(step.do === 'waitToRetry' ? Math.min(step.ms, deps.recheckMs) : WATCH_MS),
  };
}

async function act(pass: ClaimedPass, step: BackfillStep, wanted: KubeObject): Promise<void> {
  const { deps, index, signal, marker } = pass;
  const tell = (reason: string, note: string) =>
    deps.events.record(index, { type: 'Normal', reason, action: 'Backfill', note });
  if (step.do === 'startJob') {
    await ensureChild(deps, { type: JOB, live: undefined, wanted }, signal);
    const attempt = attemptsOf(pass) + 1;
    tell('BackfillStarted', `Job ${wanted.metadata.name} fills the tables from ${marker.source} (attempt ${attempt})`);
  } else if (step.do === 'removeFailedJob') {
    const failed = liveJob(pass, wanted);
    if (failed) await remove(pass, failed);
  } else if (step.do === 'complete') {
    if (await setComplete(pass))
      tell('BackfillCompleted', `Everything in the bucket can be found (epoch ${marker.epoch})`);
  }
}

/** False when the marker is not the one any more that this pass has seen: the next pass looks at the new one. */
async function setComplete({ deps, services, signal, marker }: ClaimedPass): Promise<boolean> {
  const next = { ...marker, complete: true, completedAtMs: deps.now().getTime() };
  const result = await actOnTables({ do: 'updateMarker', seen: marker, next, news: 'Completed' }, services, signal);
  return result.kind === 'done';
}

/** The last figures of a backfill, read once more when the status does not have them yet. */
async function completion(pass: ClaimedPass): Promise<Pick<Finding, 'status'>> {
  const { completedAtMs } = pass.marker;
  const told = pass.index.status?.backfill?.completedAt;
  if (completedAtMs === undefined || told === isoTime(completedAtMs)) return {};
  const look = { progress: await readProgress(pass), attempts: 0, nowMs: completedAtMs };
  return { status: backfillStatus(pass.marker, look) };
}

async function readProgress({ services, marker, signal }: ClaimedPass): Promise<BackfillProgress> {
  const plan = await services.ranges.readPlan(marker.epoch, signal);
  return progressOf(plan, plan ? await services.ranges.readProgress(plan, signal) : []);
}

/** Jobs of earlier epochs or templates have nothing left to do; the one that is wanted goes on where they had come to. */
async function removeOtherJobs(pass: ClaimedPass, wanted: KubeObject): Promise<void> {
  const others = jobsOf(pass, 'backfill').filter(
    ({ metadata }) => metadata.name !== wanted.metadata.name && !metadata.deletionTimestamp,
  );
  for (const job of others) await remove(pass, job);
}

/** That very Job, and not another one that has got its name meanwhile. */
async function remove({ deps, signal }: ClaimedPass, job: KubeObject): Promise<void> {
  await deps.client.remove(JOB, keyOf(job), { propagation: 'Background', uid: job.metadata.uid }, signal);
}

function liveJob(pass: ClaimedPass, wanted: KubeObject): KubeObject | undefined {
  return jobsOf(pass, 'backfill').find(({ metadata }) => metadata.name === wanted.metadata.name);
}

function attemptsOf({ index, marker }: ClaimedPass): number {
  const { epoch, backfill } = index.status ?? {};
  return epoch === marker.epoch ? (backfill?.attempts ?? 0) : 0;
}
