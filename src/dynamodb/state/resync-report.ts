import type { Problem } from '../../api/conditions.ts';
import type { FaultCounts, ReportedFault } from '../../api/fault.ts';

/** Requests of a resync; DynamoDB's units as far as the service reports them. */
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

/** Repositories whose records were added, changed or turned into tombstones, and garbage that was swept. */
export interface Repairs {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly swept: number;
}

/** So many repositories were gone that a person has to confirm their removal. */
export interface WithheldRemoval {
  /** Repositories in the index that the bucket does not have. */
  readonly gone: number;
  /** Repositories in the index. */
  readonly of: number;
  /** The code that confirms the removal; different for any other set of repositories. */
  readonly confirmation: string;
}

/** The report of the last resync. */
export interface ResyncReport extends Repairs {
  readonly epoch: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Repositories that the walk has met. */
  readonly repositories: number;
  /** Records of an older reader that were refreshed though the bucket was unchanged. */
  readonly reread?: number | undefined;
  /** Things in the bucket that could not be used, and records that could not be written. */
  readonly errorCount: number;
  /** Faults by kind; undefined where an older program has written the report. */
  readonly faultCounts?: FaultCounts | undefined;
  /** The first few, harmful ones first. */
  readonly faults?: readonly ReportedFault[] | undefined;
  /** Undefined where nothing was withheld. */
  readonly withheld: WithheldRemoval | undefined;
  /** What stopped it; undefined for one that finished. */
  readonly failure: Problem | undefined;
  readonly requests: ResyncRequests;
}

/** The report is item `version = 2000000` of the version table. Rejects with a classified ServiceError. */
export interface ResyncStore {
  /** A consistent read; also a report of an earlier epoch. */
  read(signal: AbortSignal): Promise<ResyncReport | undefined>;
  /** Rejects with `conflict` where there is a report of a later epoch. */
  write(report: ResyncReport, signal: AbortSignal): Promise<void>;
}
