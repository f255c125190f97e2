import { type RetryPolicy, retry } from '../async/retry.ts';
import { type Failure, isRetryable } from '../aws/errors.ts';

/** Minutes, so that a store may restart or throttle; after that Kubernetes tries again, less and less often. */
export const DEFAULT_RETRY: RetryPolicy = { baseMs: 500, capMs: 30_000, patienceMs: 2 * 60_000 };

export interface ServiceRetryOptions extends RetryPolicy {
  readonly now: () => number;
  /** Whatever changes when the work gets on: patience begins again then. */
  readonly position: () => unknown;
  /** Called before each wait; a rejection ends the retrying. */
  readonly onRetry: (failure: Failure, waitMs: number) => void | Promise<void>;
}

/** Repeats `work` while a service fails with what may pass by itself. Rejects with its last error. */
export async function retryService<T>(
  work: () => Promise<T>,
  { onRetry, ...options }: ServiceRetryOptions,
  signal: AbortSignal,
): Promise<T> {
  const announce = async (error: unknown, waitMs: number) => {
    if (isRetryable(error)) await onRetry(error.failure, waitMs);
  };
  return retry(work, { ...options, isRetryable, onRetry: announce }, signal);
}
