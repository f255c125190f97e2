import { sleep } from './sleep.ts';

/** Takes `units` from the budget and waits until it has had as many; returns early when the signal aborts. */
export type SpendUnits = (units: number, signal: AbortSignal) => Promise<void>;

export interface UnitBudgetOptions {
  readonly unitsPerSecond: number;
  /** Milliseconds of any clock. */
  readonly now?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * A token bucket of one second's units, empty at first. What is taken beyond them is owed, and who asks next waits for
 * that too: so the pace holds however large a single request is.
 */
export function createUnitBudget(options: UnitBudgetOptions): SpendUnits {
  const { unitsPerSecond, now = () => performance.now(), pause = sleep } = options;
  let left = 0;
  let atMs = now();
  return async (units, signal) => {
    const passedMs = now() - atMs;
    atMs += passedMs;
    left = Math.min(unitsPerSecond, left + (passedMs / 1_000) * unitsPerSecond) - units;
    if (left < 0) await pause((-left / unitsPerSecond) * 1_000, signal);
  };
}
