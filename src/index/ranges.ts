/** How one backfill cuts the registry into ranges of names; made once an epoch by whichever worker is first. */
export interface RangePlan {
  readonly epoch: number;
  /** Range i is [boundaries[i-1], boundaries[i]), open at both ends: n boundaries make n + 1 ranges. Byte order. */
  readonly boundaries: readonly string[];
  /** Repositories counted in each range when the plan was made; undefined where the store could not count cheaply. */
  readonly counts: readonly number[] | undefined;
  /** What keeps the ranges from being planned: then there are none yet, and any other plan takes the place of this one. */
  readonly failure?: RangeFailure;
}

export interface RangeFault {
  readonly key: string;
  readonly reason: string;
}

/** What stops or delays a worker, fit for a condition. */
export interface RangeFailure {
  readonly reason: string;
  readonly message: string;
}

export type RangeState = 'running' | 'done' | 'failed';

/** How far one range has come. A worker that takes over begins after `lastName`. */
export interface RangeProgress {
  readonly range: number;
  readonly epoch: number;
  readonly state: RangeState;
  readonly repositories: number;
  readonly tags: number;
  /** The last repository whose record, and that of all before it in the range, is written. */
  readonly lastName: string | undefined;
  readonly errorCount: number;
  /** The first few, bounded. */
  readonly faults: readonly RangeFault[];
  /** With `failed` what stopped the worker, with `running` what it waits for to pass. */
  readonly failure: RangeFailure | undefined;
  readonly updatedAtMs: number;
}

/** The plan is item `version = 1000000`, the progress of range i item `1000001 + i`. Writes fail as `conflict` when the epoch moved on. */
export interface RangeStore {
  readPlan(epoch: number, signal: AbortSignal): Promise<RangePlan | undefined>;
  /** Puts the plan unless one of this epoch without a failure is there; answers the one that holds. */
  agreePlan(plan: RangePlan, signal: AbortSignal): Promise<RangePlan>;
  readProgress(plan: RangePlan, signal: AbortSignal): Promise<RangeProgress[]>;
  /** Writes only while the marker's epoch is `progress.epoch` (the item's own epoch is never greater). */
  writeProgress(progress: RangeProgress, signal: AbortSignal): Promise<void>;
}
