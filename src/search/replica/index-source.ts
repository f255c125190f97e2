import type { MarkerStore } from '../../index/marker.ts';
import type { RangeStore } from '../../index/ranges.ts';
import type { ChangeFeed, RecordStore } from '../../index/record-store.ts';

/** The index in DynamoDB, as a replica reads it. How many shards the feed has is known from the marker alone. */
export interface IndexSource {
  readonly marker: Pick<MarkerStore, 'read'>;
  /** How far the filling has come; a hint for the progress of a load. */
  readonly ranges: Pick<RangeStore, 'readPlan' | 'readProgress'>;
  records(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
}
