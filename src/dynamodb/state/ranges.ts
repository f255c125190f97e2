import type { Problem } from '../../api/conditions.ts';
import type { FaultCounts, ReportedFault } from '../../api/fault.ts';

/** How a backfill cuts the registry into ranges of names; made once an epoch by the first worker. */
export interface RangePlan {
  readonly epoch: number;
  /** Range i is [boundaries[i-1], boundaries[i]), open at both ends: n boundaries make n + 1 ranges. Byte order. */
  readonly boundaries: readonly string[];
  /** Repositories counted in each range when the plan was made; undefined where the store could not count cheaply. */
  readonly counts: readonly number[] | undefined;
  /**
   * Why the ranges cannot be planned: then there are none yet, and any other plan replaces this one.
   */
  readonly failure?: Problem;
}

export type RangeState = 'running' | 'done' | 'failed';

/**
 * The first pass makes every repository searchable, the second reads the manifests that the first did not need for
 * that.
 */
export type RangePass = 1 | 2;

/** Progress of one range. A worker that takes over continues after `lastName`, in the same pass. */
export interface RangeProgress {
  readonly range: number;
  readonly epoch: number;
  /** `done` after both passes. */
  readonly state: RangeState;
  readonly pass: RangePass;
  readonly repositories: number;
  readonly tags: number;
  /** Private ones among them, which no report shows; an older program did not count them. */
  readonly privateRepositories?: number | undefined;
  readonly privateTags?: number | undefined;
  /** Repositories with manifests still to be read. */
  readonly unfinished: number;
  /** The last repository of this pass such that its record and all before it in the range are written. */
  readonly lastName: string | undefined;
  /** Everything that was skipped. */
  readonly errorCount: number;
  /** Faults by kind, without what an older program has counted. */
  readonly faultCounts?: FaultCounts | undefined;
  /** The first few, harmful ones first. */
  readonly faults: readonly ReportedFault[];
  /** With `failed` what stopped the worker, with `running` what delays it. */
  readonly failure: Problem | undefined;
  readonly updatedAtMs: number;
}

/** Repositories that the first pass of a range leaves to the second, in key order. */
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
  /** Puts the plan unless a valid one of this epoch exists; returns the valid one. */
  agreePlan(plan: RangePlan, signal: AbortSignal): Promise<RangePlan>;
  readProgress(plan: RangePlan, signal: AbortSignal): Promise<RangeProgress[]>;
  /** Writes only while the ownership record's epoch is `progress.epoch` (the item's own epoch is never greater). */
  writeProgress(progress: RangeProgress, signal: AbortSignal): Promise<void>;
  /** Writes nothing where the names do not fit into an item. */
  writeWorklist(worklist: RangeWorklist, signal: AbortSignal): Promise<void>;
  readWorklist(
    progress: Pick<RangeProgress, 'range' | 'epoch'>,
    signal: AbortSignal,
  ): Promise<RangeWorklist | undefined>;
}
