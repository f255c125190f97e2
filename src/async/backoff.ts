export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** Uniform in [0, 1); injected so that tests decide. */
  readonly random?: () => number;
}

/** Exponential back-off with full jitter: between 0 and `baseMs` · 2^`attempt`, at most `capMs`. `attempt` counts from 0. */
export function backoffMs(attempt: number, { baseMs, capMs, random = Math.random }: BackoffOptions): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}
