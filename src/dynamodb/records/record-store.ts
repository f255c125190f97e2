import type { Gaps } from './gaps.ts';
import type { Provenance, Readings, RepositoryRecord, StoredRecord } from './record.ts';

export interface RecordWrite extends Provenance {
  readonly record: RepositoryRecord;
  readonly readings?: Readings | undefined;
  readonly gaps?: Gaps | undefined;
  /** Where not all of it is from this program's reader: the version of the oldest. */
  readonly reader?: number | undefined;
}

/** `conflict`: somebody else's write is there; read it and decide. `tooLarge`: the item would exceed DynamoDB's 400 KB. */
export type WriteResult = 'written' | 'conflict' | 'tooLarge';

/** Repository records as items of the repository table. Rejects with a classified ServiceError. */
export interface RecordStore {
  /** First write without a read before it: `conflict` when a record of this or a later epoch is there already. */
  create(write: RecordWrite, signal: AbortSignal): Promise<WriteResult>;
  /** Replaces exactly `seen`, as `read` gave it; `conflict` when it has changed since. */
  replace(write: RecordWrite, seen: StoredRecord, signal: AbortSignal): Promise<WriteResult>;
  /** Turns exactly `seen` into a tombstone. */
  remove(seen: StoredRecord, write: Provenance & Pick<RecordWrite, 'gaps'>, signal: AbortSignal): Promise<WriteResult>;
  /** First write of a tombstone, so that what somebody has read before a deletion is not written after it. As `create`. */
  bury(write: RecordWrite, signal: AbortSignal): Promise<WriteResult>;
  /** A consistent read, tombstones included. */
  read(name: string, signal: AbortSignal): Promise<StoredRecord | undefined>;
  /** Consistent reads of several, as many as are there; used by the change feed. */
  readAll(names: readonly string[], signal: AbortSignal): Promise<StoredRecord[]>;
  /** Every record, page by page, tombstones included, read in `segments` parallel segments. */
  scan(segments: number, signal: AbortSignal): AsyncIterable<StoredRecord[]>;
}

/** One entry of the change feed: `name` was written at `changedAtMs` (the writer's clock). */
export interface Change {
  readonly name: string;
  readonly changedAtMs: number;
}

/** The index over every record by time of change; eventually consistent. */
export interface ChangeFeed {
  readonly shards: number;
  /** Entries of one shard at or after `sinceMs`, oldest first. */
  changes(shard: number, sinceMs: number, signal: AbortSignal): AsyncIterable<Change[]>;
}
