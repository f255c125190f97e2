import { addCounts, type FaultCounts, firstFaults } from '../../api/fault.ts';
import type { RangeFailure, RangeFault, RangePlan, RangeProgress } from './ranges.ts';

/** How far a backfill is, over all of its ranges. */
export interface BackfillProgress {
  /** `planning` until the ranges are agreed; `failed` when a worker gave up one of them. */
  readonly state: 'planning' | 'running' | 'done' | 'failed';
  /** 0 to 100, in whole percent; 100 only when every range is done. */
  readonly percent: number;
  /** 0 to 1, unrounded. */
  readonly share: number;
  /** The first pass is over: every repository can be found, though not yet by the platforms of each of its tags. */
  readonly searchable: boolean;
  /** Those that search may show: private ones are in no figure. */
  readonly repositories: number;
  readonly tags: number;
  /** Whatever was skipped. */
  readonly errorCount: number;
  /** Of that, by kind. */
  readonly faultCounts: FaultCounts;
  /** The first few of what was skipped, the harmful before any other. */
  readonly faults: readonly RangeFault[];
  /** What stopped a worker, else what one waits for to pass. */
  readonly failure: RangeFailure | undefined;
}

const PLANNING: BackfillProgress = {
  state: 'planning',
  percent: 0,
  share: 0,
  searchable: false,
  repositories: 0,
  tags: 0,
  errorCount: 0,
  faultCounts: {},
  faults: [],
  failure: undefined,
};

/** Sums up the ranges of one epoch, all of them or those in `ranges`. Pure. */
export function progressOf(
  plan: RangePlan | undefined,
  all: readonly RangeProgress[],
  ranges: readonly number[] = plan ? rangesOf(plan) : [],
): BackfillProgress {
  if (!plan || plan.failure) return { ...PLANNING, failure: plan?.failure };
  const progress = all.filter(({ range }) => ranges.includes(range));
  const done = progress.filter(({ state }) => state === 'done').length;
  const failed = progress.find(({ state }) => state === 'failed');
  const part = done === ranges.length ? 1 : share(plan, progress, ranges);
  return {
    state: done === ranges.length ? 'done' : failed ? 'failed' : 'running',
    percent: done === ranges.length ? 100 : Math.min(99, Math.floor(100 * part)),
    share: part,
    searchable: progress.filter(({ pass, state }) => pass === 2 || state === 'done').length === ranges.length,
    repositories: sum(progress, ({ repositories, privateRepositories = 0 }) => repositories - privateRepositories),
    tags: sum(progress, ({ tags, privateTags = 0 }) => tags - privateTags),
    errorCount: sum(progress, ({ errorCount }) => errorCount),
    faultCounts: progress.map(({ faultCounts = {} }) => faultCounts).reduce(addCounts, {}),
    faults: firstFaults(progress.flatMap(({ faults }) => faults)),
    failure: (failed ?? progress.find(({ failure }) => failure))?.failure,
  };
}

export function rangesOf({ boundaries }: RangePlan): number[] {
  return Array.from({ length: boundaries.length + 1 }, (_, range) => range);
}

/** By repositories where they were counted, else by ranges. What waits for the second pass is half done. */
function share({ counts }: RangePlan, progress: readonly RangeProgress[], ranges: readonly number[]): number {
  if (!counts) return sum(progress, passesOf) / (2 * ranges.length);
  const total = sum(ranges, (range) => counts[range] ?? 0);
  const read = sum(progress, ({ range, state, repositories, unfinished }) => {
    const counted = counts[range] ?? 0;
    return state === 'done' ? counted : Math.min(counted, repositories - unfinished / 2);
  });
  return total === 0 ? 0 : read / total;
}

function passesOf({ state, pass }: RangeProgress): number {
  return state === 'done' ? 2 : pass - 1;
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

export interface Pace {
  readonly repositoriesPerSecond: number;
  /** Until all is done, if it goes on so; undefined while nothing shows how it goes. */
  readonly secondsLeft: number | undefined;
}

type Progressed = Pick<BackfillProgress, 'share' | 'repositories'>;

/** How fast a backfill has come from one look at its progress to another, `tookMs` milliseconds later. */
export function paceOf(from: Progressed, to: Progressed, tookMs: number): Pace {
  const seconds = Math.max(1, tookMs) / 1_000;
  const sharePerSecond = (to.share - from.share) / seconds;
  return {
    repositoriesPerSecond: (to.repositories - from.repositories) / seconds,
    secondsLeft: sharePerSecond > 0 ? (1 - to.share) / sharePerSecond : undefined,
  };
}
