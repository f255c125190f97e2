import { withDeadline } from '../async/deadline.ts';
import { mapOrdered } from '../async/map-ordered.ts';
import { type Failure, ServiceError } from '../aws/errors.ts';
import { isConflict } from '../index/conditional-put.ts';
import type { RangePlan, RangeProgress, RangeStore } from '../index/ranges.ts';
import type { NameRange, WalkItem } from '../storage/layout.ts';
import type { Logger } from '../telemetry/log.ts';
import { indexListing } from './index-listing.ts';
import type { RangeStep } from './range-tally.ts';
import { createRangeTracker, type RangeTracker } from './range-tracker.ts';
import type { IndexerDeps } from './reread.ts';
import { type RetryPolicy, retrying } from './retrying.ts';

export interface RangeDeps extends IndexerDeps {
  readonly plan: RangePlan;
  readonly ranges: RangeStore;
  /** Repositories worked on at once. */
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  readonly now: () => number;
  readonly log: Logger;
  readonly onChange: (progress: RangeProgress) => void;
}

/** `superseded`: another filling of the tables has begun, so nothing of this one matters any more. */
export type RangeOutcome =
  | { readonly kind: 'done' | 'superseded' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** For telling what is wrong, to a table whose service may be what is wrong. */
const TELL_TIMEOUT_MS = 3_000;

/**
 * Indexes one range, from where the progress `start` stands. Failures are written into the range's progress; those that
 * may pass are retried for minutes. Rejects only with what is no ServiceError.
 */
export async function runRange(deps: RangeDeps, start: RangeProgress, signal: AbortSignal): Promise<RangeOutcome> {
  const tracker = createRangeTracker({ ...deps, start });
  const options = {
    ...deps.retry,
    now: deps.now,
    position: () => tracker.checkpoint().lastName,
    onRetry: (failure: Failure, waitMs: number) => tellWait(deps, tracker, { failure, waitMs, signal }),
  };
  try {
    return { kind: await retrying(() => walkOnce(deps, tracker, signal), options, signal) };
  } catch (error) {
    return endOf(deps, tracker, signal.aborted ? 'stopped' : error);
  }
}

async function walkOnce(deps: RangeDeps, tracker: RangeTracker, signal: AbortSignal): Promise<'done' | 'superseded'> {
  tracker.rewind();
  const start = tracker.checkpoint();
  const items = deps.layout.walk(nameRangeOf(deps.plan, start), signal);
  const unseen = without(items, start.lastName);
  for await (const step of mapOrdered(unseen, deps.concurrency, (item) => indexItem(deps, item, signal))) {
    if (step.kind === 'repository' && step.outcome.result === 'superseded') return 'superseded';
    await tracker.add(step, signal);
  }
  await tracker.finish(signal);
  return 'done';
}

/** A range is taken up at its last repository, which the walk then gives once more. */
function nameRangeOf({ boundaries }: RangePlan, { range, lastName }: RangeProgress): NameRange {
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

interface Wait {
  readonly failure: Failure;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** A delay is seen as soon as it begins. Rejects only when the epoch is over, for then there is nothing to wait for. */
async function tellWait({ log }: RangeDeps, tracker: RangeTracker, { failure, waitMs, signal }: Wait): Promise<void> {
  const { reason, message } = failure;
  const { range } = tracker.checkpoint();
  log.warn({ range, reason, message, waitMs }, 'a range will be taken up again');
  await withDeadline(signal, TELL_TIMEOUT_MS, (limited) => tracker.wait({ reason, message }, limited)).catch(
    (err: unknown) => {
      if (isConflict(err)) throw err;
      log.warn({ range, err }, UNWRITTEN);
    },
  );
}

const UNWRITTEN = 'the progress of a range could not be written';

/** What ended a range for good. Progress is left behind as far as that still works. */
async function endOf({ log }: RangeDeps, tracker: RangeTracker, why: unknown): Promise<RangeOutcome> {
  if (why !== 'stopped' && !(why instanceof ServiceError)) throw why;
  const failure = why === 'stopped' ? undefined : why.failure;
  if (failure?.kind === 'conflict') return { kind: 'superseded' };
  const told = failure && { reason: failure.reason, message: failure.message };
  const { range } = tracker.checkpoint();
  if (failure) log.error({ range, err: why }, 'a range cannot be read');
  await tracker
    .leave(told, AbortSignal.timeout(TELL_TIMEOUT_MS))
    .catch((err: unknown) => log.warn({ range, err }, UNWRITTEN));
  return failure ? { kind: 'failed', failure } : { kind: 'stopped' };
}
