import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { BackfillProgress } from '../../dynamodb/state/progress.ts';
import type { JobState } from '../kube-objects/jobs.ts';

export interface BackfillObservation {
  readonly ownership: OwnershipRecord;
  readonly progress: BackfillProgress;
  readonly job: JobState;
  /** Jobs of this epoch that failed before this one. */
  readonly attempts: number;
  readonly nowMs: number;
}

export type BackfillStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'startJob' }
  | { readonly do: 'watch' }
  | { readonly do: 'complete' }
  | { readonly do: 'removeFailedJob' }
  | { readonly do: 'waitToRetry'; readonly ms: number };

const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 15 * 60_000;

/**
 * The next step of a backfill. Only the ownership record says whether the backfill of its epoch is complete: that there
 * is no Job means nothing, because Kubernetes removes finished Jobs.
 */
export function decideBackfill({ ownership, progress, job, attempts, nowMs }: BackfillObservation): BackfillStep {
  if (ownership.complete) return { do: 'nothing' };
  if (progress.state === 'done') return { do: 'complete' };
  if (job.kind === 'missing') return { do: 'startJob' };
  if (job.kind !== 'ended') return { do: 'watch' };
  const left = job.endedAtMs + retryDelayMs(attempts) - nowMs;
  return left > 0 ? { do: 'waitToRetry', ms: left } : { do: 'removeFailedJob' };
}

/** Doubles with every failed Job: 10 s at first, at most 15 minutes. */
export function retryDelayMs(attempts: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
