import type { MarkerStore } from '../../index/marker.ts';
import type { ChangeFeed, RecordStore } from '../../index/record-store.ts';

/** The index in DynamoDB, as a replica reads it. How many shards the feed has is known from the marker alone. */
export interface IndexSource {
  readonly marker: Pick<MarkerStore, 'read'>;
  records(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
}
