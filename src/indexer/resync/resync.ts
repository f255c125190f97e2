import { type Failure, ServiceError } from '../../aws/errors.ts';
import { isConflict } from '../../dynamodb/items/conditional-put.ts';
import type { ResyncReport, WithheldRemoval } from '../../dynamodb/state/resync-report.ts';
import { compare } from './compare.ts';
import { createCounters } from './counters.ts';
import { removeGone } from './deletion-guard.ts';
import type { Resync, ResyncDeps } from './deps.ts';
import { createKnownRecords } from './known-records.ts';
import { type Litter, load, lookAgain } from './load.ts';
import { refresh } from './repair.ts';

export type ResyncOptions = ResyncDeps;

/**
 * `superseded`: the tables are filled anew, so nothing of this matters any more. Both that and `stopped` leave no
 * report.
 */
export type ResyncEnd =
  | { readonly outcome: 'superseded' | 'stopped' }
  | { readonly outcome: 'ended'; readonly report: ResyncReport }
  | { readonly outcome: 'failed'; readonly report: ResyncReport; readonly failure: Failure };

/**
 * Makes a filled index say again what the bucket says: one walk over all of it, in which only what differs from the
 * index is read. One that breaks off is begun anew by the next, for which what was repaired is as it should be and
 * costs nothing. Never changes the ownership record. Rejects only with what is no ServiceError.
 */
export async function runResync(options: ResyncOptions, signal: AbortSignal): Promise<ResyncEnd> {
  const startedAtMs = options.now();
  const resync: Resync = {
    ...options,
    known: createKnownRecords(),
    gaps: new Map(),
    tally: createCounters(options.log),
  };
  const reportOf = (withheld?: WithheldRemoval, failure?: Failure): ResyncReport => ({
    epoch: resync.epoch,
    startedAtMs,
    endedAtMs: resync.now(),
    repositories: resync.known.met() - [...resync.tally.hidden()].filter(resync.known.isMet).length,
    ...resync.tally.repairs(),
    ...resync.tally.skipped(),
    withheld,
    failure: failure && { reason: failure.reason, message: failure.message },
    requests: { ...options.requests(), rereadGets: resync.tally.rereadGets() },
  });
  try {
    return { outcome: 'ended', report: reportOf(await steps(resync, signal)) };
  } catch (error) {
    if (signal.aborted) return { outcome: 'stopped' };
    if (isConflict(error)) return { outcome: 'superseded' };
    if (!(error instanceof ServiceError)) throw error;
    options.log.error({ err: error }, 'the bucket could not be compared with the index');
    return { outcome: 'failed', report: reportOf(undefined, error.failure), failure: error.failure };
  }
}

async function steps(resync: Resync, signal: AbortSignal): Promise<WithheldRemoval | undefined> {
  const litter = await load(resync, signal);
  await lookAgain(resync, signal);
  await compare(resync, signal);
  const withheld = await removeGone(resync, signal);
  await refresh(resync, signal);
  await clear(resync, litter, signal);
  return withheld;
}

/** Sweeps what was found to lie about: items of earlier builds, and chunks that their writers left behind. */
export async function clear(resync: Resync, { outdated, unnamedChunks }: Litter, signal: AbortSignal): Promise<void> {
  const { sweep, tally, epoch, assertCurrent } = resync;
  if (outdated) {
    await assertCurrent(signal);
    tally.count('swept', await sweep.olderThan(epoch, signal));
  }
  if (unnamedChunks) tally.count('swept', await sweep.chunks(signal));
}
