import type { FaultCounts, FaultKind } from '../../api/fault.ts';

/** How one backfill cuts the registry into ranges of names; made once an epoch by whichever worker is first. */
export interface RangePlan {
  readonly epoch: number;
  /** Range i is [boundaries[i-1], boundaries[i]), open at both ends: n boundaries make n + 1 ranges. Byte order. */
  readonly boundaries: readonly string[];
  /** Repositories counted in each range when the plan was made; undefined where the store could not count cheaply. */
  readonly counts: readonly number[] | undefined;
  /**
   * What keeps the ranges from being planned: then there are none yet, and any other plan takes the place of this one.
   */
  readonly failure?: RangeFailure;
}

export interface RangeFault {
  /** Undefined where it was written before there were kinds. */
  readonly kind?: FaultKind | undefined;
  readonly key: string;
  readonly reason: string;
}

/** What stops or delays a worker, fit for a condition. */
export interface RangeFailure {
  readonly reason: string;
  readonly message: string;
}

export type RangeState = 'running' | 'done' | 'failed';

/**
 * The first pass makes every repository searchable, the second reads the manifests that the first did not need for
 * that.
 */
export type RangePass = 1 | 2;

/** How far one range has come. A worker that takes over begins after `lastName`, in the same pass. */
export interface RangeProgress {
  readonly range: number;
  readonly epoch: number;
  /** `done` after both passes. */
  readonly state: RangeState;
  readonly pass: RangePass;
  readonly repositories: number;
  readonly tags: number;
  /** How many of them are private, which nobody is told of; an older program counted none. */
  readonly privateRepositories?: number | undefined;
  readonly privateTags?: number | undefined;
  /** How many of the repositories have manifests that were not read yet. */
  readonly unfinished: number;
  /** The last repository of this pass whose record, and that of all before it in the range, is written. */
  readonly lastName: string | undefined;
  /** Whatever was skipped. */
  readonly errorCount: number;
  /** Of that, by kind; what an older program has counted is not in it. */
  readonly faultCounts?: FaultCounts | undefined;
  /** The first few, bounded; the harmful before any other. */
  readonly faults: readonly RangeFault[];
  /** With `failed` what stopped the worker, with `running` what it waits for to pass. */
  readonly failure: RangeFailure | undefined;
  readonly updatedAtMs: number;
}

/** What the first pass of a range leaves to the second: repositories with manifests still to be read, in key order. */
export interface RangeWorklist {
  readonly range: number;
  readonly epoch: number;
  readonly names: readonly string[];
}

/**
 * The plan is item `version = 1000000`, the progress of range i item `1000001 + i`, its worklist
 * item `1100001 + i`. Writes fail as `conflict` when the epoch moved on.
 */
export interface RangeStore {
  readPlan(epoch: number, signal: AbortSignal): Promise<RangePlan | undefined>;
  /** Puts the plan unless one of this epoch without a failure is there; answers the one that holds. */
  agreePlan(plan: RangePlan, signal: AbortSignal): Promise<RangePlan>;
  readProgress(plan: RangePlan, signal: AbortSignal): Promise<RangeProgress[]>;
  /** Writes only while the ownership record's epoch is `progress.epoch` (the item's own epoch is never greater). */
  writeProgress(progress: RangeProgress, signal: AbortSignal): Promise<void>;
  /** Leaves none where there are more names than fit into an item. */
  writeWorklist(worklist: RangeWorklist, signal: AbortSignal): Promise<void>;
  readWorklist(
    progress: Pick<RangeProgress, 'range' | 'epoch'>,
    signal: AbortSignal,
  ): Promise<RangeWorklist | undefined>;
}
