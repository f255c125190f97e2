import { type Failure, ServiceError } from '../../aws/errors.ts';
import { isConflict } from '../../dynamodb/items/conditional-put.ts';
import type { EventReport, EventReportStore } from '../../dynamodb/state/event-report.ts';
import { lastGapOf } from '../../dynamodb/state/open-gap.ts';
import type { ResyncReport, WithheldRemoval } from '../../dynamodb/state/resync-report.ts';
import { removedLately } from '../gaps/removal-window.ts';
import { compare } from './compare.ts';
import { createCounters } from './counters.ts';
import { removeGone } from './deletion-guard.ts';
import type { Resync, ResyncDeps } from './deps.ts';
import { createKnownRecords } from './known-records.ts';
import { type Garbage, load, markRecovered } from './load.ts';
import { refreshOutdated } from './repair.ts';

export type ResyncOptions = ResyncDeps;

/** `superseded`: another epoch has begun, so this one does not matter any more. Like `stopped` it leaves no report. */
export type ResyncEnd =
  | { readonly outcome: 'superseded' | 'stopped' }
  | { readonly outcome: 'ended'; readonly report: ResyncReport }
  | { readonly outcome: 'failed'; readonly report: ResyncReport; readonly failure: Failure };

/**
 * Compares the whole bucket with a complete index, and reads only repositories that differ. After a failure the next
 * resync begins again; what was repaired compares as equal and costs nothing. Never changes the ownership record.
 * Rejects only with what is no ServiceError.
 */
export async function runResync(options: ResyncOptions, signal: AbortSignal): Promise<ResyncEnd> {
  const startedAtMs = options.now();
  const common = {
    ...options,
    known: createKnownRecords(),
    gaps: new Map(),
    counters: createCounters(options.log),
  };
  const reportOf = (withheld?: WithheldRemoval, failure?: Failure): ResyncReport => ({
    epoch: options.epoch,
    startedAtMs,
    endedAtMs: options.now(),
    repositories: common.known.met() - [...common.counters.hidden()].filter(common.known.isMet).length,
    ...common.counters.repairs(),
    ...common.counters.skipped(),
    withheld,
    failure: failure && { reason: failure.reason, message: failure.message },
    requests: { ...options.requests(), rereadGets: common.counters.rereadGets() },
  });
  try {
    const before = await options.events.read(signal);
    const withheld = await steps({ ...common, removedLately: removedLately(before.removals, startedAtMs) }, signal);
    await closeGaps(options.events, before, signal);
    return { outcome: 'ended', report: reportOf(withheld) };
  } catch (error) {
    if (signal.aborted) return { outcome: 'stopped' };
    if (isConflict(error)) return { outcome: 'superseded' };
    if (!(error instanceof ServiceError)) throw error;
    options.log.error({ err: error }, 'Failed to compare the bucket with the index');
    return { outcome: 'failed', report: reportOf(undefined, error.failure), failure: error.failure };
  }
}

/** What happened before this resync began to read is in the index now. */
async function closeGaps(events: EventReportStore, before: EventReport, signal: AbortSignal): Promise<void> {
  const last = lastGapOf(before);
  if (last <= before.closedGaps) return;
  const close = (report: EventReport) => ({ ...report, closedGaps: Math.max(report.closedGaps, last) });
  await events.update(close, signal);
}

async function steps(resync: Resync, signal: AbortSignal): Promise<WithheldRemoval | undefined> {
  const garbage = await load(resync, signal);
  await markRecovered(resync, signal);
  await compare(resync, signal);
  const withheld = await removeGone(resync, signal);
  await refreshOutdated(resync, signal);
  await collectGarbage(resync, garbage, signal);
  return withheld;
}

/** Sweeps garbage, where the Scan has met some: items of earlier epochs, and tag chunks that no record names. */
export async function collectGarbage(
  resync: Resync,
  { outdated, unreferencedChunks }: Garbage,
  signal: AbortSignal,
): Promise<void> {
  const { sweep, counters, epoch, assertCurrent } = resync;
  if (outdated) {
    await assertCurrent(signal);
    counters.count('swept', await sweep.olderThan(epoch, signal));
  }
  if (unreferencedChunks) counters.count('swept', await sweep.chunks(signal));
}
