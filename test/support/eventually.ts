import { setTimeout as wait } from 'node:timers/promises';

const ASSERT_EVERY_MS = 100;
const ASK_EVERY_MS = 10;
/**
 * Far longer than anything takes on a slow machine under load, and shorter than the limit of a test, so that the cause
 * is told.
 */
const WITHIN_MS = 120_000;

/**
 * Repeats `check` until its expectations hold, and gives what it gave; after two minutes its last failure is thrown.
 */
export function eventually<Value>(check: () => Promise<Value>): Promise<Value> {
  return repeat(check, ASSERT_EVERY_MS);
}

/** Waits until `holds`; after two minutes what does not hold is thrown. */
export function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  return repeat(async () => {
    if (!(await holds())) throw new Error(`this does not hold: ${holds}`);
  }, ASK_EVERY_MS);
}

async function repeat<Value>(check: () => Promise<Value>, everyMs: number): Promise<Value> {
  const endMs = performance.now() + WITHIN_MS;
  for (let times = 1; ; times++) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endMs) throw inVain(error, times);
    }
    await wait(everyMs);
  }
}

function inVain(error: unknown, times: number): Error {
  const last = error instanceof Error ? error.message : String(error);
  return new Error(`not within ${WITHIN_MS / 1_000} s, at ${times} attempts; the last one:\n${last}`, { cause: error });
}
