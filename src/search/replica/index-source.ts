import type { ChangeFeed } from '../../dynamodb/records/change-feed.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { MarkerStore } from '../../dynamodb/state/ownership.ts';
import type { RangeStore } from '../../dynamodb/state/ranges.ts';

/** The index in DynamoDB, as a replica reads it. How many shards the feed has is known from the marker alone. */
export interface IndexSource {
  readonly marker: Pick<MarkerStore, 'read'>;
  /** How far the filling has come; a hint for the progress of a load. */
  readonly ranges: Pick<RangeStore, 'readPlan' | 'readProgress'>;
  records(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
}
