import { mapOrdered } from '../../async/map-ordered.ts';
import type { RangePlan, RangeProgress } from '../../dynamodb/state/ranges.ts';
import type { NameRange, WalkItem } from '../../storage/layout.ts';
import { indexListing } from './index-listing.ts';
import type { RangeStep } from './range-counters.ts';
import type { RangeTracker } from './range-tracker.ts';
import type { RangeDeps } from './run-range.ts';

/** One pass over a range, to its end; called again where it broke off. */
export type Pass = (signal: AbortSignal) => Promise<'done' | 'superseded'>;

/** Walks a range and writes the first record of each repository; what it leaves unread it puts on the agenda. */
export function createFirstPass(deps: RangeDeps, tracker: RangeTracker): Pass {
  /** What a worker before this one has met is not known here: then there is no agenda, and the second pass walks. */
  const seesAll = tracker.checkpoint().lastName === undefined;
  const agenda = new Set<string>();

  const take = async (step: RangeStep, signal: AbortSignal) => {
    if (step.kind === 'repository' && step.outcome.isUnfinished) agenda.add(step.name);
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
    if (unfinished > 0 && seesAll) await deps.ranges.writeAgenda({ range, epoch, names: [...agenda] }, signal);
    await tracker.finish(unfinished > 0 ? 'secondPass' : 'done', signal);
    return 'done';
  };
}

/** A range is taken up at its last repository, which the walk then gives once more. */
export function nameRangeOf({ boundaries }: RangePlan, { range, lastName }: RangeProgress): NameRange {
  return { from: lastName ?? boundaries[range - 1], to: boundaries[range] };
}

async function* without(items: AsyncIterable<WalkItem>, name: string | undefined): AsyncGenerator<WalkItem> {
  for await (const item of items) if (item.kind !== 'repository' || item.listing.name !== name) yield item;
}

async function indexItem(deps: RangeDeps, item: WalkItem, signal: AbortSignal): Promise<RangeStep> {
  if (item.kind === 'fault') return item;
  const { listing } = item;
  return { kind: 'repository', name: listing.name, outcome: await indexListing(deps, listing, signal) };
}
