import { sleep } from './sleep.ts';

/** How the waits between attempts grow. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  /** Uniform in [0, 1); injected so that tests decide. */
  readonly random?: () => number;
}

/**
 * Exponential back-off with full jitter: between 0 and `baseMs` · 2^`attempt`, at most `capMs`. `attempt` counts from
 * 0.
 */
export function backoffMs(attempt: number, { baseMs, capMs, random = Math.random }: Backoff): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}

/** When to try again and when to give up: as data, so that each user states its own in one line. */
export interface RetryPolicy extends Backoff {
  /** Attempts in a row that may fail; no limit when left out. */
  readonly attempts?: number;
  /** How long attempts in a row may fail; no limit when left out. */
  readonly patienceMs?: number;
}

/** `E` is the type of failures that may pass by themselves. */
export interface RetryOptions<E = unknown> extends RetryPolicy {
  /** Whether a failure may pass by itself; all may when left out. */
  readonly isRetryable?: (error: unknown) => error is E;
  /** Called before each wait; a rejection ends the retrying. */
  readonly onRetry?: (error: E, waitMs: number) => void | Promise<void>;
  /** A value that changes when the work gets on: then failures, and the waits, are counted from the beginning again. */
  readonly position?: () => unknown;
  /** Milliseconds of any clock, for `patienceMs`. */
  readonly now?: () => number;
}

/**
 * Repeats `work` until it succeeds. Rejects with its last error once that cannot pass by itself, the policy gives up or
 * the signal aborts.
 *
 * @example
 * await retry(() => client.send(request), { baseMs: 50, capMs: 5_000, attempts: 8, isRetryable }, signal);
 */
export async function retry<T, E = unknown>(
  work: () => Promise<T>,
  options: RetryOptions<E>,
  signal: AbortSignal,
): Promise<T> {
  const { isRetryable = mayAlwaysPass, onRetry } = options;
  let row: FailureRow | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      row = nextRow(row, options);
      if (signal.aborted || !isRetryable(error) || isGivenUp(row, options)) throw error;
      const waitMs = backoffMs(row.failures - 1, options);
      await onRetry?.(error, waitMs);
      await sleep(waitMs, signal);
      if (signal.aborted) throw error;
    }
  }
}

function mayAlwaysPass<E>(_error: unknown): _error is E {
  return true;
}

/** Failures in a row at one position. */
interface FailureRow {
  readonly position: unknown;
  readonly failures: number;
  readonly sinceMs: number;
}

function nextRow(
  row: FailureRow | undefined,
  { position, now = () => performance.now() }: Pick<RetryOptions, 'position' | 'now'>,
): FailureRow {
  const here = position?.();
  if (row && row.position === here) return { ...row, failures: row.failures + 1 };
  return { position: here, failures: 1, sinceMs: now() };
}

function isGivenUp(
  { failures, sinceMs }: FailureRow,
  options: Pick<RetryOptions, 'attempts' | 'patienceMs' | 'now'>,
): boolean {
  const { attempts = Number.POSITIVE_INFINITY, patienceMs, now = () => performance.now() } = options;
  return failures >= attempts || (patienceMs !== undefined && now() - sinceMs >= patienceMs);
}

/** A wait in the words of a log line, such as `4 s`. */
export function inSeconds(waitMs: number): string {
  return `${Math.ceil(waitMs / 1_000)} s`;
}
