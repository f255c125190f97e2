import { type ConditionUpdate, falseCondition, trueCondition } from '../../api/conditions.ts';
import { isoTime } from '../../api/iso-time.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { BackfillProgress } from '../../dynamodb/state/progress.ts';
import { paceOf } from '../../dynamodb/state/progress.ts';
import type { JobState } from '../kube-objects/jobs.ts';
import { waitingForPods } from '../status/failure.ts';
import { skippedFields } from '../status/skipped.ts';
import type { StatusFields } from '../status/step-result.ts';

/** If a backfill found no repository at all, the path is wrong more often than the registry empty. */
export function completeCondition(
  { completedAtMs }: OwnershipRecord,
  repositories: number | undefined,
): ConditionUpdate {
  const since = completedAtMs ? `complete since ${isoTime(completedAtMs)}` : 'complete';
  const doubt = repositories === 0 ? '; no repository was found: check bucket and storage.rootDirectory' : '';
  return trueCondition('BackfillComplete', 'Complete', since + doubt);
}

/** A repository of 100,000 tags takes a minute or two. */
const NO_PROGRESS_MS = 15 * 60_000;

function idle(jobName: string, idleMs: number): string {
  return `Job ${jobName} has added nothing for ${Math.floor(idleMs / 60_000)} minutes; see its pods' logs`;
}

/**
 * Why not everything can be found yet. The failure that a worker reports comes first, even while Kubernetes starts it
 * again: the Job itself looks like progress until its last retry.
 */
export function incompleteCondition(
  progress: BackfillProgress,
  job: JobState,
  { jobName, idleMs }: { readonly jobName: string; readonly idleMs: number },
): ConditionUpdate {
  const { failure, percent, repositories } = progress;
  if (failure) return falseCondition('BackfillComplete', failure.reason, failure.message);
  if (job.kind === 'withoutPods') return waitingForPods('BackfillComplete', { kind: 'Job', name: jobName });
  if (job.kind === 'running' && idleMs > NO_PROGRESS_MS)
    return falseCondition(
      'BackfillComplete',
      'NoProgress',
      `${percent} %, ${repositories} repositories; ${idle(jobName, idleMs)}`,
    );
  if (job.kind !== 'ended' || progress.state === 'done')
    return falseCondition('BackfillComplete', 'Backfilling', `${percent} %, ${repositories} repositories so far`);
  return job.failed
    ? falseCondition('BackfillComplete', 'JobFailed', `Job ${jobName} failed; see its pods' logs`)
    : falseCondition(
        'BackfillComplete',
        'JobEndedEarly',
        `Job ${jobName} ended at ${percent} %; another one goes on from there`,
      );
}

export interface BackfillLook {
  readonly progress: BackfillProgress;
  /** Jobs of this epoch that failed. */
  readonly attempts: number;
  readonly nowMs: number;
}

/** The status fields of a backfill: how far it is and, while it runs, how fast. */
export function backfillStatus(ownership: OwnershipRecord, { progress, attempts, nowMs }: BackfillLook): StatusFields {
  const { percent, repositories, tags } = progress;
  const percentShown = ownership.complete ? 100 : percent;
  return {
    repositories,
    tags,
    backfill: {
      progress: `${percentShown}%`,
      percent: percentShown,
      repositories,
      ...rateFields(ownership, progress, nowMs),
      ...skippedFields(progress),
      attempts,
      startedAt: isoTime(ownership.startedAtMs),
      ...(ownership.completedAtMs === undefined ? {} : { completedAt: isoTime(ownership.completedAtMs) }),
    },
  };
}

const START = { share: 0, repositories: 0 };

function rateFields({ startedAtMs, complete }: OwnershipRecord, progress: BackfillProgress, nowMs: number) {
  if (complete || progress.state !== 'running' || progress.failure) return {};
  const { repositoriesPerSecond, secondsLeft } = paceOf(START, progress, nowMs - startedAtMs);
  const left = secondsLeft === undefined ? {} : { secondsLeft: Math.ceil(secondsLeft) };
  return { repositoriesPerSecond: Math.round(repositoriesPerSecond), ...left };
}
