import { forEach } from '../../async/for-each.ts';
import { inSeconds } from '../../async/retry.ts';
import type { Failure } from '../../aws/errors.ts';
import type { NameRange } from '../../storage/layout.ts';
import { retryService } from '../retry-service.ts';
import type { Resync } from './deps.ts';
import { repair, type Suspect } from './repair.ts';

/** LISTs of one range are sequential; so many ranges at once hide their latency. */
const RANGES_AT_ONCE = 8;
/** More ranges than run at once, so that all end together though some are larger; each costs part of a page. */
const MAX_RANGES = 32;

/** Walks the whole registry once and refreshes repositories that differ from the index. */
export async function compare(resync: Resync, signal: AbortSignal): Promise<void> {
  const plan = await resync.ranges.readPlan(resync.epoch, signal);
  const ranges = rangesBetween(plan?.boundaries ?? []);
  const concurrency = Math.max(1, Math.ceil(resync.concurrency / Math.min(ranges.length, RANGES_AT_ONCE)));
  const work = (range: NameRange, stop: AbortSignal) => walkPatiently({ ...resync, concurrency }, range, stop);
  await forEach(ranges, { concurrency: RANGES_AT_ONCE, work }, signal);
}

/** The ranges of the backfill, merged where there are many; they were about equal when the backfill ran. */
export function rangesBetween(boundaries: readonly string[]): NameRange[] {
  const total = Math.min(MAX_RANGES, boundaries.length + 1);
  const cuts = Array.from({ length: total - 1 }, (_, at) => {
    return boundaries[Math.round(((at + 1) * (boundaries.length + 1)) / total) - 1];
  });
  return [...cuts, undefined].map((to, at) => ({ from: cuts[at - 1], to }));
}

/**
 * After a failure the range is walked from its beginning: what was repaired before compares as equal and costs nothing.
 */
function walkPatiently(resync: Resync, range: NameRange, signal: AbortSignal): Promise<void> {
  const { retry, now, known, log } = resync;
  const onRetry = async ({ reason, message }: Failure, waitMs: number) =>
    log.warn({ reason, message, waitMs }, `Failed to compare a range; retrying in ${inSeconds(waitMs)}`);
  return retryService(() => walk(resync, range, signal), { ...retry, now, position: known.met, onRetry }, signal);
}

async function walk(resync: Resync, range: NameRange, signal: AbortSignal): Promise<void> {
  const work = (suspect: Suspect, stop: AbortSignal) => repair(resync, suspect, stop);
  await forEach(suspects(resync, range, signal), { concurrency: resync.concurrency, work }, signal);
}

async function* suspects(
  { layout, known, gaps, counters }: Resync,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<Suspect> {
  for await (const item of layout.scanFingerprints(range, signal)) {
    if (item.kind === 'fault') {
      counters.fault(item.fault);
      continue;
    }
    const { name, fingerprint, isPrivate, faults } = item.listing;
    for (const fault of faults) counters.fault(fault);
    if (isPrivate) counters.hide(name);
    const met = known.meet(name, fingerprint);
    if (met === 'same' || met === 'outdated') {
      const standing = gaps.get(name);
      if (standing && met === 'same') counters.standing(standing);
      gaps.delete(name);
      continue;
    }
    yield { name, fingerprint, as: met === 'unknown' ? 'added' : 'changed' };
  }
}
