import { setTimeout as wait } from 'node:timers/promises';

/** Waits `ms` milliseconds, or less when `signal` aborts; never throws, so that callers look at the signal themselves. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
