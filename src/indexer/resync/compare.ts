import { forEach } from '../../async/for-each.ts';
import type { Failure } from '../../aws/errors.ts';
import type { NameRange } from '../../storage/layout.ts';
import { retryService } from '../retry-service.ts';
import type { Resync } from './deps.ts';
import { repair, type Suspect } from './repair.ts';

/** A listing is serial within its range; so many at once hide its latency. */
const RANGES_AT_ONCE = 8;
/** More than are read at once, so that they end together though some are larger; each costs part of a page. */
const MAX_RANGES = 32;

/** Walks the whole registry once and re-reads what is not as the index has it. Rejects with what stopped it. */
export async function compare(resync: Resync, signal: AbortSignal): Promise<void> {
  const plan = await resync.ranges.readPlan(resync.epoch, signal);
  const ranges = rangesBetween(plan?.boundaries ?? []);
  const concurrency = Math.max(1, Math.ceil(resync.concurrency / Math.min(ranges.length, RANGES_AT_ONCE)));
  const work = (range: NameRange, stop: AbortSignal) => walkPatiently({ ...resync, concurrency }, range, stop);
  await forEach(ranges, { concurrency: RANGES_AT_ONCE, work }, signal);
}

/** The ranges of the backfill, put together where there are many: parts of a registry that were once about equal. */
export function rangesBetween(boundaries: readonly string[]): NameRange[] {
  const total = Math.min(MAX_RANGES, boundaries.length + 1);
  const cuts = Array.from({ length: total - 1 }, (_, at) => {
    return boundaries[Math.round(((at + 1) * (boundaries.length + 1)) / total) - 1];
  });
  return [...cuts, undefined].map((to, at) => ({ from: cuts[at - 1], to }));
}

/** A range that broke off is walked anew: what was settled before is found to be the same then, and costs nothing. */
function walkPatiently(resync: Resync, range: NameRange, signal: AbortSignal): Promise<void> {
  const { retry, now, known, log } = resync;
  const onRetry = async ({ reason, message }: Failure, waitMs: number) =>
    log.warn({ reason, message, waitMs }, 'a range will be walked again');
  return retryService(() => walk(resync, range, signal), { ...retry, now, position: known.met, onRetry }, signal);
}

async function walk(resync: Resync, range: NameRange, signal: AbortSignal): Promise<void> {
  const work = (suspect: Suspect, stop: AbortSignal) => repair(resync, suspect, stop);
  await forEach(suspects(resync, range, signal), { concurrency: resync.concurrency, work }, signal);
}

async function* suspects(
  { layout, known, gaps, tally }: Resync,
  range: NameRange,
  signal: AbortSignal,
): AsyncGenerator<Suspect> {
  for await (const item of layout.scanFingerprints(range, signal)) {
    if (item.kind === 'fault') {
      tally.fault(item.fault);
      continue;
    }
    const { name, fingerprint, isPrivate, listedAtMs, faults } = item.listing;
    for (const fault of faults) tally.fault(fault);
    if (isPrivate) tally.hide(name);
    const met = known.meet(name, fingerprint);
    if (met === 'same' || met === 'outdated') {
      const standing = gaps.get(name);
      if (standing && met === 'same') tally.standing(standing);
      gaps.delete(name);
      continue;
    }
    yield { name, fingerprint, triggeredAtMs: listedAtMs, as: met === 'unknown' ? 'added' : 'changed' };
  }
}
