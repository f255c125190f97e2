import type { IndexLocation } from '../api/settings.ts';
import type { LocalAnswer } from '../aws/clients.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { type Meter, metered } from '../aws/meter.ts';
import { placeOf } from '../aws/place.ts';
import { type ConnectOptions, connect, type DynamoClients } from './clients.ts';
import { accessForBulkWrites, type BulkOptions } from './items/bulk-writes.ts';
import { createDocumentClient } from './items/document-client.ts';
import type { UnreadableItem } from './items/item.ts';
import { accessTable } from './items/table-access.ts';
import { type ChangeFeed, createChangeFeed } from './records/change-feed.ts';
import { createHeaderScan, type HeaderScan } from './records/record-headers.ts';
import { SEARCH_ATTRIBUTES } from './records/record-item.ts';
import { createRecordStore, type RecordStore } from './records/record-store.ts';
import { createSweep, type Sweep } from './records/sweep.ts';
import { type ClaimStore, createClaimStore } from './state/claim-store.ts';
import type { EventReportStore } from './state/event-report.ts';
import { createEventReportStore } from './state/event-report-store.ts';
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
  /** Milliseconds since 1970; the time of changes. By the clock of DynamoDB when left out. */
  readonly now?: () => number;
  /** Called for items of the repository table that are not records of ours. */
  readonly onUnreadable?: (error: UnreadableItem) => void;
  /** Counts requests about items, not those about the tables themselves. */
  readonly meter?: Meter;
  /** Limit of one answer; that of DynamoDB when left out. */
  readonly maxAnswerBytes?: number;
  /** Where its clients come from, if others may use them too. */
  readonly connect?: (options: ConnectOptions) => DynamoClients;
  /** Answers requests in place of the network. */
  readonly answer?: LocalAnswer | undefined;
}

/** The index at one location. `feedShards` is what the ownership record says. */
export interface Index {
  tables(settings: TableSettings): TableControl;
  /** The claim of the repository table; `claim` is ours. */
  claims(claim: TableClaim): ClaimStore;
  readonly ownership: OwnershipStore;
  readonly ranges: RangeStore;
  readonly resyncs: ResyncStore;
  readonly events: EventReportStore;
  readonly headers: HeaderScan;
  /** With `bulk`, for writing all records. */
  records(feedShards: number, bulk?: BulkOptions): RecordStore;
  /** Records without the attributes that only the indexer needs. */
  recordsForSearch(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
  readonly sweep: Sweep;
  /** The time of changes, by which all who write agree; milliseconds since 1970. */
  readonly now: () => number;
  /** Closes its connections. */
  close(): void;
}

/**
 * Ownership, claim and progress are read by loops that repeat anyway; only requests about records are retried for long.
 */
const BRIEFLY = { timeoutMs: 5_000, attempts: 3 };

/**
 * Makes the clients and stores of an index; sends nothing yet.
 *
 * @example
 * const index = openIndex({ location: settings.index, credentials: credentialsFrom(process.env).dynamodb });
 * const state = await index.ownership.read(signal);
 */
export function openIndex(options: OpenIndexOptions): Index {
  const { location, credentials, onUnreadable, meter, maxAnswerBytes, answer } = options;
  const { region, endpoint } = location;
  const clients = (options.connect ?? connect)({ region, endpoint, credentials, maxAnswerBytes, answer });
  const { control, once, items } = clients;
  const { now = clients.now } = options;
  const client = createDocumentClient(meter ? metered(items, meter) : items);
  const at = placeOf('DynamoDB', location);
  const versions = accessTable({ client, table: location.versionTable, at }, BRIEFLY);
  const place = { client, table: location.repositoryTable, at };
  const repositories = accessTable(place);

  return {
    tables: (settings) => createTableControl({ client: control, once, location, settings }),
    claims: (claim) => createClaimStore({ client: control, items: accessTable(place, BRIEFLY), location, claim }),
    ownership: createOwnershipStore(versions),
    ranges: createRangeStore(versions),
    resyncs: createResyncStore(versions),
    events: createEventReportStore(versions),
    headers: createHeaderScan(repositories),
    records(feedShards, bulk) {
      const access = bulk ? accessForBulkWrites(place, bulk) : repositories;
      return createRecordStore({ ...access, feedShards, now, ...(onUnreadable ? { onUnreadable } : {}) });
    },
    recordsForSearch(feedShards) {
      const deps = { ...repositories, attributes: SEARCH_ATTRIBUTES, feedShards, now };
      return createRecordStore({ ...deps, ...(onUnreadable ? { onUnreadable } : {}) });
    },
    feed: (shards) => createChangeFeed({ ...repositories, shards }),
    sweep: createSweep({ ...repositories, now }),
    now,
    close: clients.close,
  };
}
