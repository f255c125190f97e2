import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 250;

/** Tries until `check` no longer throws, and gives what it gave; after `withinMs` its last error is thrown. */
export async function eventually<Value>(check: () => Promise<Value>, withinMs = 60_000): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await wait(EVERY_MS);
    }
  }
}
