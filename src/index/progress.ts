import type { RangeFault, RangePlan, RangeProgress } from './ranges.ts';

/** How far a backfill is, over all of its ranges. */
export interface BackfillProgress {
  /** `planning` until the ranges are agreed; `failed` when a worker gave up one of them. */
  readonly state: 'planning' | 'running' | 'done' | 'failed';
  /** 0 to 100, in whole percent; 100 only when every range is done. */
  readonly percent: number;
  readonly repositories: number;
  readonly tags: number;
  readonly errorCount: number;
  /** The first few of what was skipped. */
  readonly faults: readonly RangeFault[];
  readonly failure: RangeProgress['failure'];
}

const MAX_FAULTS = 20;

const PLANNING: BackfillProgress = {
  state: 'planning',
  percent: 0,
  repositories: 0,
  tags: 0,
  errorCount: 0,
  faults: [],
  failure: undefined,
};

/** Sums up the ranges of one epoch. Pure. */
export function progressOf(plan: RangePlan | undefined, progress: readonly RangeProgress[]): BackfillProgress {
  if (!plan) return PLANNING;
  const ranges = plan.boundaries.length + 1;
  const done = progress.filter(({ state }) => state === 'done').length;
  const failed = progress.find(({ state }) => state === 'failed');
  return {
    state: done === ranges ? 'done' : failed ? 'failed' : 'running',
    percent: done === ranges ? 100 : Math.min(99, Math.floor(100 * share(plan, progress))),
    repositories: sum(progress, ({ repositories }) => repositories),
    tags: sum(progress, ({ tags }) => tags),
    errorCount: sum(progress, ({ errorCount }) => errorCount),
    faults: progress.flatMap(({ faults }) => faults).slice(0, MAX_FAULTS),
    failure: failed?.failure,
  };
}

/** By repositories where they were counted, else by ranges. */
function share({ boundaries, counts }: RangePlan, progress: readonly RangeProgress[]): number {
  if (!counts) return progress.filter(({ state }) => state === 'done').length / (boundaries.length + 1);
  const total = sum(counts, (count) => count);
  const read = sum(progress, ({ range, state, repositories }) => {
    const counted = counts[range] ?? 0;
    return state === 'done' ? counted : Math.min(counted, repositories);
  });
  return total === 0 ? 0 : read / total;
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
