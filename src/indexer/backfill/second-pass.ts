import { mapOrdered } from '../../async/map-ordered.ts';
import type { RangeProgress } from '../../dynamodb/state/ranges.ts';
import { completeRepository, type SeenRecord } from '../repository/complete.ts';
import { nameRangeOf, type Pass, type RangeDeps } from './pass.ts';
import type { RangeTracker } from './range-tracker.ts';

/** Records read with one request. */
const RECORDS_AT_ONCE = 25;

/**
 * Completes the records on the worklist of the first pass. The bucket is listed again only where the range was taken
 * over from a killed worker, which leaves no complete worklist.
 */
export function createSecondPass(deps: RangeDeps, tracker: RangeTracker): Pass {
  return async (signal) => {
    tracker.rewind();
    const names = namesToComplete(deps, tracker.checkpoint(), signal);
    const seen = readTogether(deps, names, signal);
    for await (const step of mapOrdered(seen, deps.concurrency, (it) => completeRepository(deps, it, signal))) {
      if (step.outcome.result === 'superseded') return 'superseded';
      await tracker.add({ kind: 'completed', ...step }, signal);
    }
    await tracker.finish('done', signal);
    return 'done';
  };
}

async function* namesToComplete(deps: RangeDeps, start: RangeProgress, signal: AbortSignal): AsyncGenerator<string> {
  const { lastName } = start;
  const worklist = await deps.ranges.readWorklist(start, signal);
  if (worklist) {
    yield* lastName === undefined ? worklist.names : worklist.names.slice(worklist.names.indexOf(lastName) + 1);
    return;
  }
  for await (const item of deps.layout.walk(nameRangeOf(deps.plan, start), signal))
    if (item.kind === 'repository' && item.listing.name !== lastName) yield item.listing.name;
}

async function* readTogether(
  { records }: RangeDeps,
  names: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<SeenRecord> {
  for await (const some of inBatches(names)) {
    const found = await records.readAll(some, signal);
    const byName = new Map(found.map((stored) => [stored.record.name, stored]));
    for (const name of some) yield { name, seen: byName.get(name) };
  }
}

async function* inBatches(names: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const name of names) {
    batch.push(name);
    if (batch.length < RECORDS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
