import type { RetryPolicy } from '../../async/retry.ts';
import type { Gaps } from '../../dynamodb/records/gaps.ts';
import type { HeaderScan } from '../../dynamodb/records/record-headers.ts';
import type { Sweep } from '../../dynamodb/records/sweep.ts';
import type { EventReportStore } from '../../dynamodb/state/event-report.ts';
import type { RangeStore } from '../../dynamodb/state/ranges.ts';
import type { ResyncRequests } from '../../dynamodb/state/resync-report.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { IndexerDeps } from '../repository/outcome.ts';
import type { Counters } from './counters.ts';
import type { KnownRecords } from './known-records.ts';

export interface ResyncDeps extends IndexerDeps {
  readonly headers: HeaderScan;
  readonly sweep: Sweep;
  readonly ranges: Pick<RangeStore, 'readPlan'>;
  readonly events: EventReportStore;
  /** Rejects with `conflict` if the tables are not complete, or not of the epoch that the resync began with. */
  readonly assertCurrent: (signal: AbortSignal) => Promise<void>;
  /** Repositories refreshed at once. */
  readonly concurrency: number;
  /** The code by which a person confirms a withheld removal. */
  readonly confirmation: string | undefined;
  readonly retry: RetryPolicy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  /** Requests to both services so far. */
  readonly requests: () => ResyncRequests;
}

/** What the steps of one resync share. */
export interface Resync extends ResyncDeps {
  readonly known: KnownRecords;
  /** By name: gaps of repositories that the walk has not met yet. */
  readonly gaps: Map<string, Gaps>;
  readonly counters: Counters;
  /** Repositories that events have removed in the last hour; they count as if this resync had found them gone. */
  readonly removedLately: number;
}
