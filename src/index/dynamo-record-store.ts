import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../aws/errors.ts';
import { batchGet } from './batch-get.ts';
import { type Item, UnreadableItem } from './item.ts';
import type { LoadWrites } from './load-writes.ts';
import type { Provenance, RepositoryRecord, StoredRecord } from './record.ts';
import { parseRecord } from './record-item.ts';
import type { RecordStore } from './record-store.ts';
import { type Draft, writeRecord } from './record-write.ts';
import type { TableAccess } from './table-access.ts';
import { scanTable } from './table-scan.ts';

export interface RecordStoreDeps extends TableAccess, LoadWrites {
  readonly feedShards: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of items that are no records of ours; they are left out of `readAll` and `scan`. */
  readonly onUnreadable?: (error: UnreadableItem) => void;
}

/** Small pages: to take one apart holds the event loop, and whoever reads a whole table also answers others. */
const PAGE_ITEMS = 50;

/** Repository records in DynamoDB. */
export function createRecordStore(deps: RecordStoreDeps): RecordStore {
  const { client, table, call } = deps;

  function readable(items: readonly Item[]): StoredRecord[] {
    return items.flatMap((item) => {
      const stored = tryParse(item);
      if (!(stored instanceof UnreadableItem)) return [stored];
      deps.onUnreadable?.(stored);
      return [];
    });
  }

  return {
    async create(write, signal) {
      const draft: Draft = { ...write, revision: 1, deleted: false };
      return writeRecord(deps, { draft, seen: undefined }, signal);
    },

    async replace({ record, readings, ...provenance }, seen, signal) {
      const draft: Draft = { record, readings, ...nextOf(seen, provenance), deleted: false };
      return writeRecord(deps, { draft, seen }, signal);
    },

    async remove(seen, provenance, signal) {
      const record = emptied(seen.record);
      return writeRecord(deps, { draft: { record, ...nextOf(seen, provenance), deleted: true }, seen }, signal);
    },

    async read(name, signal) {
      const command = new GetCommand({ TableName: table, Key: { name }, ConsistentRead: true });
      const { Item: item } = await call.patiently((options) => client.send(command, options), signal);
      if (item === undefined) return undefined;
      const stored = tryParse(item);
      if (stored instanceof UnreadableItem) throw unreadable(stored);
      return stored;
    },

    async readAll(names, signal) {
      const keys = [...new Set(names)].map((name) => ({ name }));
      return readable(await batchGet(deps, keys, signal));
    },

    async *scan(segments, signal) {
      for await (const items of scanTable(deps, { TotalSegments: segments, Limit: PAGE_ITEMS }, signal))
        yield readable(items);
    },
  };
}

/** Revisions count from 1 within each epoch. */
function nextOf(seen: StoredRecord, provenance: Provenance): Provenance & { readonly revision: number } {
  const { epoch, fingerprint, listedAtMs } = provenance;
  return { epoch, fingerprint, listedAtMs, revision: seen.epoch === epoch ? seen.revision + 1 : 1 };
}

/** What a tombstone keeps: the name, and when the repository was last pushed to. */
function emptied({ name, isPrivate, pushedAtMs }: RepositoryRecord): RepositoryRecord {
  const texts = { title: undefined, summary: undefined, labels: {}, isPrivate };
  return { name, ...texts, platforms: [], types: [], referrers: [], tags: [], pushedAtMs, createdAtMs: undefined };
}

function tryParse(item: Item): StoredRecord | UnreadableItem {
  try {
    return parseRecord(item);
  } catch (error) {
    if (error instanceof UnreadableItem) return error;
    throw error;
  }
}

function unreadable(cause: UnreadableItem): ServiceError {
  return new ServiceError({ kind: 'terminal', reason: 'RecordUnreadable', message: cause.message }, cause);
}
