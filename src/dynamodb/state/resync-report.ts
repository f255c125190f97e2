import type { FaultCounts } from '../../api/fault.ts';
import type { RangeFailure, RangeFault } from './ranges.ts';

/** What a resync asked of both services; DynamoDB's units as far as the service tells them. */
export interface ResyncRequests {
  readonly lists: number;
  readonly gets: number;
  readonly reads: number;
  readonly writes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Those of `gets` that records of an older reader have cost. */
  readonly rereadGets?: number | undefined;
}

/** Repositories whose records were made, brought up to date, or turned into tombstones; items that nobody needed. */
export interface Repairs {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly swept: number;
}

/** So many repositories were gone that a person has to say that this is right. */
export interface WithheldRemoval {
  /** Repositories in the index that the bucket does not have. */
  readonly gone: number;
  /** Repositories in the index. */
  readonly of: number;
  /** Names this finding: what a person repeats to confirm it, and another one for any other set of repositories. */
  readonly confirmation: string;
}

/** What the last resync left behind. */
export interface ResyncReport extends Repairs {
  readonly epoch: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Repositories that the walk has met. */
  readonly repositories: number;
  /** Records of an older reader that were made anew, though the bucket says the same. */
  readonly reread?: number | undefined;
  /** Things in the bucket that could not be used, and records that could not be written. */
  readonly errorCount: number;
  /** Of that, by kind; undefined where an older program has written the report. */
  readonly faultCounts?: FaultCounts | undefined;
  /** The first few, bounded; the harmful before any other. */
  readonly faults?: readonly RangeFault[] | undefined;
  /** Undefined where nothing was withheld. */
  readonly withheld: WithheldRemoval | undefined;
  /** What broke it off; undefined for one that came to its end. */
  readonly failure: RangeFailure | undefined;
  readonly requests: ResyncRequests;
}

/** The report is item `version = 2000000` of the version table. Rejects with a classified ServiceError. */
export interface ResyncStore {
  /** A consistent read; also a report of an earlier epoch. */
  read(signal: AbortSignal): Promise<ResyncReport | undefined>;
  /** Rejects with `conflict` where a resync of a later epoch has left its report. */
  write(report: ResyncReport, signal: AbortSignal): Promise<void>;
}
