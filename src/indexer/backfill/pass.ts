import type { RetryPolicy } from '../../async/retry.ts';
import type { RangePlan, RangeProgress, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { NameRange } from '../../storage/layout.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { IndexerDeps } from '../repository/outcome.ts';

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

/** Runs one pass to the end of its range; called again after a failure it continues from the checkpoint. */
export type Pass = (signal: AbortSignal) => Promise<'done' | 'superseded'>;

/** A range continues at its last repository, which the walk then yields once more. */
export function nameRangeOf({ boundaries }: RangePlan, { range, lastName }: RangeProgress): NameRange {
  return { from: lastName ?? boundaries[range - 1], to: boundaries[range] };
}
