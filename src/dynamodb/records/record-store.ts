import { ServiceError } from '../../aws/errors.ts';
import { batchGet, type ProjectedTable, projectionOf } from '../items/batch-get.ts';
import type { BulkWrites } from '../items/bulk-writes.ts';
import { type Item, parsedOr, UnreadableItem } from '../items/item.ts';
import { scanTable } from '../items/table-scan.ts';
import { MAIN_ITEMS_ONLY } from './chunk-item.ts';
import { joinChunks, readMainItem, recordOf } from './read-chunks.ts';
import { type Provenance, READER_VERSION, type RepositoryRecord, type StoredRecord } from './record.ts';
import { type MainItem, parseMainItem } from './record-item.ts';
import { layOutPart, type PartOrWhole, type PartWrite, type RecordPart, readPartOrWhole } from './record-part.ts';
import { type NextRecord, type RecordWrite, type WriteResult, writeLaidOut, writeRecord } from './record-write.ts';

/** Repository records as items of the repository table. Rejects with a classified ServiceError. */
export interface RecordStore {
  /** First write, without a read before it: `conflict` where a record of this or a later epoch exists. */
  create(write: RecordWrite, signal: AbortSignal): Promise<WriteResult>;
  /** Replaces exactly `seen`; `conflict` when it has changed since it was read. */
  replace(write: RecordWrite, seen: StoredRecord, signal: AbortSignal): Promise<WriteResult>;
  /** Turns exactly `seen` into a tombstone. */
  remove(seen: StoredRecord, write: Provenance & Pick<RecordWrite, 'gaps'>, signal: AbortSignal): Promise<WriteResult>;
  /**
   * First write of a tombstone, so that a writer that read the repository before its deletion gets a conflict. As
   * `create`.
   */
  bury(write: RecordWrite, signal: AbortSignal): Promise<WriteResult>;
  /** A consistent read, tombstones included. */
  read(name: string, signal: AbortSignal): Promise<StoredRecord | undefined>;
  /** A consistent read of what holds these tags: of a repository with many tags a part. */
  readPart(name: string, tags: readonly string[], signal: AbortSignal): Promise<PartOrWhole | undefined>;
  /** Replaces a part as `replace` does a record. */
  replacePart(write: PartWrite, seen: RecordPart, signal: AbortSignal): Promise<WriteResult>;
  /** Consistent reads of several names; missing ones are left out. */
  readAll(names: readonly string[], signal: AbortSignal): Promise<StoredRecord[]>;
  /** All records, page by page, tombstones included, in `segments` parallel segments. */
  scan(segments: number, signal: AbortSignal): AsyncIterable<StoredRecord[]>;
}

export interface RecordStoreDeps extends ProjectedTable, BulkWrites {
  readonly feedShards: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called for items that are not records of ours, which `readAll` and `scan` leave out. */
  readonly onUnreadable?: (error: UnreadableItem) => void;
}

/** Small pages, because parsing one blocks the event loop of a replica that also answers searches. */
const PAGE_ITEMS = 50;

/** Repository records in DynamoDB. Records that were read without all attributes must not be written again. */
export function createRecordStore(deps: RecordStoreDeps): RecordStore {
  function readable(items: readonly Item[]): MainItem[] {
    return items.flatMap((item) =>
      parsedOr(
        () => [parseMainItem(item)],
        (error) => {
          deps.onUnreadable?.(error);
          return [];
        },
      ),
    );
  }

  /** Yields records with chunks one at a time, because they may be large. */
  async function* records(items: readonly Item[], signal: AbortSignal): AsyncGenerator<StoredRecord[]> {
    const mainItems = readable(items);
    const whole = mainItems.filter(({ chunks }) => chunks.length === 0).map(recordOf);
    if (whole.length > 0) yield whole;
    for (const main of mainItems.filter(({ chunks }) => chunks.length > 0)) {
      const joined = await joinChunks(deps, main, signal);
      if (joined) yield [joined];
    }
  }

  return {
    async create(write, signal) {
      const draft: NextRecord = { ...draftOf(write), revision: 1, deleted: false };
      return writeRecord(deps, { draft, seen: undefined }, signal);
    },

    async replace(write, seen, signal) {
      const draft: NextRecord = { ...draftOf(write), revision: revisionAfter(seen, write), deleted: false };
      return writeRecord(deps, { draft, seen }, signal);
    },

    async remove(seen, { epoch, fingerprint, listedAtMs, hintedAtMs, gaps }, signal) {
      const write = draftOf({ record: emptied(seen.record), epoch, fingerprint, listedAtMs, hintedAtMs, gaps });
      const draft: NextRecord = { ...write, revision: revisionAfter(seen, write), deleted: true };
      return writeRecord(deps, { draft, seen }, signal);
    },

    async bury({ record, epoch, fingerprint, listedAtMs, hintedAtMs, gaps }, signal) {
      const write = draftOf({ record: emptied(record), epoch, fingerprint, listedAtMs, hintedAtMs, gaps });
      const draft: NextRecord = { ...write, revision: 1, deleted: true };
      return writeRecord(deps, { draft, seen: undefined }, signal);
    },

    async read(name, signal) {
      const main = await readMainItem(deps, name, signal).catch(rethrown);
      return main && (await joinChunks(deps, main, signal).catch(rethrown));
    },

    readPart: (name, tags, signal) => readPartOrWhole(deps, name, tags, signal).catch(rethrown),

    async replacePart(write, part, signal) {
      const { layout, draft, seen } = layOutPart(write, part);
      const next: NextRecord = { reader: READER_VERSION, ...draft, revision: revisionAfter(seen, write) };
      return writeLaidOut(deps, { draft: next, seen, layout }, signal);
    },

    async readAll(names, signal) {
      const keys = [...new Set(names)].map((name) => ({ name }));
      const found: StoredRecord[] = [];
      for await (const page of records(await batchGet(deps, keys, signal), signal)) found.push(...page);
      return found;
    },

    async *scan(segments, signal) {
      const mainItems = { TotalSegments: segments, Limit: PAGE_ITEMS, ...mainItemsOnly(deps.attributes) };
      for await (const items of scanTable(deps, mainItems, signal)) yield* records(items, signal);
    },
  };
}

function mainItemsOnly(attributes: readonly string[] | undefined) {
  if (!attributes) return MAIN_ITEMS_ONLY;
  const { ExpressionAttributeNames, ...projection } = projectionOf(attributes);
  const names = { ...ExpressionAttributeNames, ...MAIN_ITEMS_ONLY.ExpressionAttributeNames };
  return { ...MAIN_ITEMS_ONLY, ...projection, ExpressionAttributeNames: names };
}

function draftOf({ record, manifests, gaps, reader = READER_VERSION, ...provenance }: RecordWrite) {
  const { epoch, fingerprint, listedAtMs, hintedAtMs } = provenance;
  return { record, manifests, gaps, reader, epoch, fingerprint, listedAtMs, hintedAtMs };
}

/** Revisions count from 1 within each epoch. */
function revisionAfter(seen: StoredRecord, { epoch }: Pick<Provenance, 'epoch'>): number {
  return seen.epoch === epoch ? seen.revision + 1 : 1;
}

/** What a tombstone keeps: the name, and when the repository was last pushed to. */
function emptied({ name, isPrivate, pushedAtMs }: RepositoryRecord): RepositoryRecord {
  const texts = { title: undefined, summary: undefined, labels: {}, isPrivate };
  return { name, ...texts, platforms: [], types: [], referrers: [], tags: [], pushedAtMs, createdAtMs: undefined };
}

function rethrown(cause: unknown): never {
  if (!(cause instanceof UnreadableItem)) throw cause;
  throw new ServiceError({ kind: 'terminal', reason: 'RecordUnreadable', message: cause.message }, cause);
}
