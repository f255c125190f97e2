import type { Problem } from '../../api/conditions.ts';
import { addCounts, type FaultCounts, firstFaults, type ReportedFault } from '../../api/fault.ts';
import type { RangePlan, RangeProgress } from './ranges.ts';

/** Progress of a backfill over all of its ranges. */
export interface BackfillProgress {
  /** `planning` until there is a plan; `failed` when a worker gave up a range. */
  readonly state: 'planning' | 'running' | 'done' | 'failed';
  /** 0 to 100, in whole percent; 100 only when every range is done. */
  readonly percent: number;
  /** 0 to 1, unrounded. */
  readonly share: number;
  /** The first pass is over: every repository can be found, but not yet by the platforms of each of its tags. */
  readonly searchable: boolean;
  /** Without private repositories, which no reported figure includes. */
  readonly repositories: number;
  readonly tags: number;
  /** Everything that was skipped. */
  readonly errorCount: number;
  /** Faults by kind. */
  readonly faultCounts: FaultCounts;
  /** The first few faults, harmful ones first. */
  readonly faults: readonly ReportedFault[];
  /** What stopped a worker, else what delays one. */
  readonly failure: Problem | undefined;
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

/** By repositories where they were counted, else by ranges. An incomplete repository counts half. */
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
  /** Estimate at the present pace; undefined while there is none. */
  readonly secondsLeft: number | undefined;
}

type Progressed = Pick<BackfillProgress, 'share' | 'repositories'>;

/** The pace of a backfill between two reports, `tookMs` milliseconds apart. */
export function paceOf(from: Progressed, to: Progressed, tookMs: number): Pace {
  const seconds = Math.max(1, tookMs) / 1_000;
  const sharePerSecond = (to.share - from.share) / seconds;
  return {
    repositoriesPerSecond: (to.repositories - from.repositories) / seconds,
    secondsLeft: sharePerSecond > 0 ? (1 - to.share) / sharePerSecond : undefined,
  };
}
