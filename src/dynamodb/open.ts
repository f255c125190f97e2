import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { IndexLocation } from '../api/settings.ts';
import { createDynamoClient, type RequestHandler } from '../aws/clients.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { type Meter, meterClient } from '../aws/meter.ts';
import { placeOf } from '../aws/place.ts';
import { accessForLoad, type LoadOptions } from './items/bulk-writes.ts';
import type { UnreadableItem } from './items/item.ts';
import { accessTable } from './items/table-access.ts';
import { type ChangeFeed, createChangeFeed } from './records/change-feed.ts';
import { createHeaderScan, type HeaderScan } from './records/record-headers.ts';
import { SEARCH_ATTRIBUTES } from './records/record-item.ts';
import { createRecordStore, type RecordStore } from './records/record-store.ts';
import { createSweep, type Sweep } from './records/sweep.ts';
import { type ClaimStore, createClaimStore } from './state/claim-store.ts';
import { createEventReportStore, type EventReportStore } from './state/event-report.ts';
import type { OwnershipStore, TableClaim } from './state/ownership.ts';
import { createOwnershipStore } from './state/ownership-store.ts';
import { createRangeStore } from './state/range-store.ts';
import type { RangeStore } from './state/ranges.ts';
import type { ResyncStore } from './state/resync-report.ts';
import { createResyncStore } from './state/resync-store.ts';
import { createTableControl } from './tables/table-control.ts';
import type { TableControl, TableSettings } from './tables/tables.ts';

export interface OpenIndexOptions {
  readonly location: IndexLocation;
  /** Undefined for the SDK's ambient chain. */
  readonly credentials: AwsCredentials | undefined;
  /** Milliseconds since 1970; dates the changes of records. */
  readonly now?: () => number;
  /** Told of items of the repository table that are no records of ours. */
  readonly onUnreadable?: (error: UnreadableItem) => void;
  /** Counts what is asked of items, that is of all but the tables themselves. */
  readonly meter?: Meter;
  /** Of one answer of DynamoDB; as long as DynamoDB's own may be when left out. */
  readonly maxAnswerBytes?: number;
  /** What answers requests, instead of the network. */
  readonly handler?: RequestHandler | undefined;
}

/** The index at one location. `feedShards` is what the ownership record says. */
export interface Index {
  tables(settings: TableSettings): TableControl;
  /** The claim of the repository table; `claim` is what is written. */
  claims(claim: TableClaim): ClaimStore;
  readonly ownership: OwnershipStore;
  readonly ranges: RangeStore;
  readonly resyncs: ResyncStore;
  readonly events: EventReportStore;
  readonly headers: HeaderScan;
  /** With `load`, for writing very many at once. */
  records(feedShards: number, load?: LoadOptions): RecordStore;
  /** Records as search wants them, which is without what only the next reader of the bucket asks for. */
  recordsForSearch(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
  readonly sweep: Sweep;
  /** Closes its connections. */
  close(): void;
}

/** Marker, claim and progress are asked for by loops that come again; only records are worth long patience. */
const BRIEFLY = { timeoutMs: 5_000, attempts: 3 };

/**
 * Makes the clients and stores of an index; sends nothing yet.
 *
 * @example
 * const index = openIndex({ location: settings.index, credentials: credentialsFrom(process.env).dynamodb });
 * const state = await index.marker.read(signal);
 */
export function openIndex(options: OpenIndexOptions): Index {
  const { location, credentials, now = Date.now, onUnreadable, meter, maxAnswerBytes, handler } = options;
  const { region, endpoint } = location;
  const common = { region, endpoint, credentials, maxAnswerBytes, handler };
  const controlClient = createDynamoClient(common);
  const dataClient = createDynamoClient({ ...common, maxAttempts: 1 });
  if (meter) meterClient(dataClient, meter);
  const client = DynamoDBDocumentClient.from(dataClient, { marshallOptions: { removeUndefinedValues: true } });
  const at = placeOf('DynamoDB', location);
  const versions = accessTable({ client, table: location.versionTable, at }, BRIEFLY);
  const place = { client, table: location.repositoryTable, at };
  const repositories = accessTable(place);

  return {
    tables: (settings) => createTableControl({ client: controlClient, once: dataClient, location, settings }),
    claims: (claim) => createClaimStore({ client: controlClient, items: accessTable(place, BRIEFLY), location, claim }),
    ownership: createOwnershipStore(versions),
    ranges: createRangeStore(versions),
    resyncs: createResyncStore(versions),
    events: createEventReportStore(versions),
    headers: createHeaderScan(repositories),
    records(feedShards, load) {
      const access = load ? accessForLoad(place, load) : repositories;
      return createRecordStore({ ...access, feedShards, now, ...(onUnreadable ? { onUnreadable } : {}) });
    },
    recordsForSearch(feedShards) {
      const deps = { ...repositories, attributes: SEARCH_ATTRIBUTES, feedShards, now };
      return createRecordStore({ ...deps, ...(onUnreadable ? { onUnreadable } : {}) });
    },
    feed: (shards) => createChangeFeed({ ...repositories, shards }),
    sweep: createSweep({ ...repositories, now }),
    close() {
      controlClient.destroy();
      dataClient.destroy();
    },
  };
}
