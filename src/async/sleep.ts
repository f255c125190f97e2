import { setTimeout as wait } from 'node:timers/promises';

/** Waits `ms` milliseconds, or less if `signal` aborts. Never rejects: callers check the signal. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
