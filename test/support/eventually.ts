import { setTimeout as wait } from 'node:timers/promises';

const ASSERT_EVERY_MS = 100;
const ASK_EVERY_MS = 10;

/** Repeats `check` until its expectations hold, and gives what it gave; after `withinMs` its last failure is thrown. */
export async function eventually<Value>(check: () => Promise<Value>, withinMs = 60_000): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await wait(ASSERT_EVERY_MS);
    }
  }
}

/** Waits until `holds`; a test that waits in vain fails by its own time limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(ASK_EVERY_MS);
}
