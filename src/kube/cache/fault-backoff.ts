import { backoffMs } from '../../async/retry.ts';
import { ApiError } from '../api-error.ts';

export interface FaultBackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** A fault this long after the one before counts as the first again. */
  readonly healthyMs: number;
}

/** As client-go's reflector does. */
export const REFLECTOR_BACKOFF: FaultBackoffOptions = { baseMs: 800, capMs: 30_000, healthyMs: 120_000 };

/** Returns, for each fault as it happens, how long to wait: with jitter, growing, and never less than Retry-After. */
export function createFaultBackoff({ baseMs, capMs, healthyMs }: FaultBackoffOptions): (error: unknown) => number {
  let faults = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const at = performance.now();
    faults = at - lastAt > healthyMs ? 0 : faults + 1;
    lastAt = at;
    const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(askedMs, backoffMs(faults, { baseMs, capMs }));
  };
}
