import { forEach } from '../../async/for-each.ts';
import type { Resync } from './deps.ts';
import { repair } from './repair.ts';

/** Of all requests, for there is no hurry: what search shows is as right as it was, and others use both services. */
const SHARE = 1 / 4;

/**
 * Reads once anew what an older reader has read, after everything that has changed. Each record says who has read it, so
 * one that breaks off is gone on with by the next.
 */
export async function refresh(resync: Resync, signal: AbortSignal): Promise<void> {
  const { known, concurrency, now, log, requests, tally } = resync;
  const names = [...known.outdated()];
  if (names.length === 0) return;
  log.info({ repositories: names.length }, 're-reading records of an older reader');
  const before = requests().gets;
  const work = (name: string, stop: AbortSignal) => {
    const triggeredAtMs = now();
    return repair(resync, { name, fingerprint: '', triggeredAtMs, as: 'reread' }, stop);
  };
  try {
    await forEach(names, { concurrency: Math.max(1, Math.floor(concurrency * SHARE)), work }, signal);
  } finally {
    const gets = requests().gets - before;
    tally.rereadBy(gets);
    log.info({ reread: tally.repairs().reread, gets }, 're-read records of an older reader');
  }
}
