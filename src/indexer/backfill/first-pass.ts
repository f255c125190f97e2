import { mapOrdered } from '../../async/map-ordered.ts';
import { gapsOf } from '../../dynamodb/records/gaps.ts';
import type { RepositoryListing, WalkItem } from '../../storage/layout.ts';
import { buildRecord } from '../repository/build.ts';
import { isUnfinished } from '../repository/complete.ts';
import { NOTHING_KNOWN } from '../repository/known.ts';
import type { IndexerDeps, RepositoryOutcome } from '../repository/outcome.ts';
import { refreshRepository } from '../repository/refresh.ts';
import { nameRangeOf, type Pass, type RangeDeps } from './pass.ts';
import type { RangeStep } from './range-counters.ts';
import type { RangeTracker } from './range-tracker.ts';

/**
 * Walks a range and writes the first record of each repository; incomplete ones go on the worklist of the second pass.
 */
export function createFirstPass(deps: RangeDeps, tracker: RangeTracker): Pass {
  /** A range taken over from a killed worker has no complete worklist: then the second pass walks the range again. */
  const seesAll = tracker.checkpoint().lastName === undefined;
  const worklist = new Set<string>();

  const take = async (step: RangeStep, signal: AbortSignal) => {
    if (step.kind === 'repository' && step.outcome.isUnfinished) worklist.add(step.name);
    await tracker.add(step, signal);
  };

  return async (signal) => {
    tracker.rewind();
    const start = tracker.checkpoint();
    const items = without(deps.layout.walk(nameRangeOf(deps.plan, start), signal), start.lastName);
    for await (const step of mapOrdered(items, deps.concurrency, (item) => indexItem(deps, item, signal))) {
      if (step.kind === 'repository' && step.outcome.result === 'superseded') return 'superseded';
      await take(step, signal);
    }
    const { range, epoch, unfinished } = tracker.current();
    if (unfinished > 0 && seesAll) await deps.ranges.writeWorklist({ range, epoch, names: [...worklist] }, signal);
    await tracker.finish(unfinished > 0 ? 'secondPass' : 'done', signal);
    return 'done';
  };
}

async function* without(items: AsyncIterable<WalkItem>, name: string | undefined): AsyncGenerator<WalkItem> {
  for await (const item of items) if (item.kind !== 'repository' || item.listing.name !== name) yield item;
}

async function indexItem(deps: RangeDeps, item: WalkItem, signal: AbortSignal): Promise<RangeStep> {
  if (item.kind === 'fault') return item;
  const { listing } = item;
  return { kind: 'repository', name: listing.name, outcome: await indexListing(deps, listing, signal) };
}

/**
 * Writes the first record of a listed repository without reading the table first. After a conflict the repository is
 * refreshed, which compares with what the other writer left.
 */
export async function indexListing(
  deps: IndexerDeps,
  listing: RepositoryListing,
  signal: AbortSignal,
): Promise<RepositoryOutcome> {
  const { name, listedAtMs } = listing;
  const { faults, ...built } = await buildRecord(deps.artefacts, { listing, known: NOTHING_KNOWN }, signal);
  const { record } = built;
  const gaps = gapsOf([...listing.unread, ...faults], listedAtMs);
  const write = { ...built, epoch: deps.epoch, listedAtMs, gaps };
  const allFaults = [...listing.faults, ...listing.unread, ...faults];
  // The tombstone's fingerprint saves the next resync from reading the repository again.
  const isGone = record.tags.length === 0;
  const result = isGone ? await deps.records.bury(write, signal) : await deps.records.create(write, signal);
  if (isGone && result === 'written') return { result: 'gone', record: undefined, faults: allFaults };
  if (result === 'written') return { result, record, isUnfinished: isUnfinished(built), faults: allFaults };
  if (result !== 'conflict') return { result, record: undefined, faults: allFaults };
  return refreshRepository(deps, name, signal);
}
