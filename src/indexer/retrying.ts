import { backoffMs } from '../async/retry.ts';
import { sleep } from '../async/sleep.ts';
import { type Failure, isRetryable } from '../aws/errors.ts';

export interface RetryPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** How long it may fail without getting anywhere. */
  readonly patienceMs: number;
}

export interface RetryOptions extends RetryPolicy {
  readonly now: () => number;
  /** Whatever changes when the work gets on; patience begins anew then. */
  readonly position: () => unknown;
  /** Told before each wait; ends the retrying when it rejects. */
  readonly onRetry: (failure: Failure, waitMs: number) => Promise<void>;
}

/** Minutes, so that a store may restart or throttle; then it is for Kubernetes to try again, more and more rarely. */
export const DEFAULT_RETRY: RetryPolicy = { baseMs: 500, capMs: 30_000, patienceMs: 2 * 60_000 };

interface Streak {
  readonly position: unknown;
  readonly attempts: number;
  readonly sinceMs: number;
}

/** Does `work` again, with back-off, while it fails with what may pass by itself. Rejects with its last error. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions, signal: AbortSignal): Promise<T> {
  let streak: Streak | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isRetryable(error)) throw error;
      streak = continued(streak, options);
      if (options.now() - streak.sinceMs >= options.patienceMs) throw error;
      const waitMs = backoffMs(streak.attempts, options);
      await options.onRetry(error.failure, waitMs);
      await sleep(waitMs, signal);
    }
  }
}

function continued(streak: Streak | undefined, { position, now }: RetryOptions): Streak {
  const here = position();
  if (streak && streak.position === here) return { ...streak, attempts: streak.attempts + 1 };
  return { position: here, attempts: 0, sinceMs: now() };
}
