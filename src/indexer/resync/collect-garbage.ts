import type { Resync } from './deps.ts';
import type { Litter } from './load.ts';

/** Sweeps what was found to lie about: items of earlier fillings, and parts that their writers left behind. */
export async function clear(resync: Resync, { outdated, unnamedParts }: Litter, signal: AbortSignal): Promise<void> {
  const { sweep, tally, epoch, assertCurrent } = resync;
  if (outdated) {
    await assertCurrent(signal);
    tally.count('swept', await sweep.olderThan(epoch, signal));
  }
  if (unnamedParts) tally.count('swept', await sweep.parts(signal));
}
