import { randomUUID } from 'node:crypto';
import { batchGet } from '../items/batch-get.ts';
import type { BulkWrites } from '../items/bulk-writes.ts';
import { conditionalPut, isConflict, type WriteCondition } from '../items/conditional-put.ts';
import type { Item } from '../items/item.ts';
import { itemBytes, MAX_ITEM_BYTES, unitsOf } from '../items/item-size.ts';
import type { TableAccess } from '../items/table-access.ts';
import type { Gaps } from './gaps.ts';
import type { InspectedManifests, Provenance, RepositoryRecord, StoredChunk, StoredRecord } from './record.ts';
import { mainItem } from './record-item.ts';
import { layOutTags, type TagLayout } from './tag-layout.ts';
import { putChunks, removeChunks } from './write-chunks.ts';

export interface RecordWrite extends Provenance {
  readonly record: RepositoryRecord;
  readonly manifests?: InspectedManifests | undefined;
  readonly gaps?: Gaps | undefined;
  /** The oldest version of a reader that parts of the record come from; this program's when left out. */
  readonly reader?: number | undefined;
}

/**
 * `conflict`: another writer was faster; read and decide. `tooLarge`: the item would exceed DynamoDB's 400 KB.
 */
export type WriteResult = 'written' | 'conflict' | 'tooLarge';

export type NextRecord = Omit<StoredRecord, 'changedAtMs'>;

interface RecordTable extends TableAccess, BulkWrites {
  readonly feedShards: number;
  readonly now: () => number;
}

interface Writing {
  readonly draft: NextRecord;
  /** What the write replaces; undefined for a first write. */
  readonly seen: StoredRecord | undefined;
}

/**
 * Writes a record if none of its epoch exists (a first write), or if exactly what was seen is there. New chunks are put
 * first, then the main item that names them, and chunks that only the earlier one named are removed last: a concurrent
 * reader finds one of the two complete, or reads again.
 */
export async function writeRecord(deps: RecordTable, writing: Writing, signal: AbortSignal): Promise<WriteResult> {
  const { draft, seen } = writing;
  if (seen && draft.epoch < seen.epoch) return 'conflict';
  const layout = layOutTags(draft.record.tags, seen?.chunks ?? [], draft.manifests);
  return writeLaidOut(deps, { ...writing, layout }, signal);
}

/** Writes a record whose tags are laid out already, under the same condition. */
export async function writeLaidOut(
  deps: RecordTable,
  { draft, seen, layout }: Writing & { readonly layout: TagLayout },
  signal: AbortSignal,
): Promise<WriteResult> {
  const repository = draft.record.name;
  const item = mainItem({ ...draft, changedAtMs: timeOfChange(seen, deps.now) }, layout, deps.feedShards);
  const identified = { ...item, name: repository, writeId: randomUUID() };
  if (itemBytes(identified) > MAX_ITEM_BYTES) return 'tooLarge';
  const { missing, leftOver } = changeOfChunks(layout, seen?.chunks);
  await putChunks(deps, { repository, chunks: missing, version: draft }, signal);
  await deps.spend?.(unitsOfPut(identified, { draft, seen }), signal);
  const result = await putRepeatedly(deps, { item: identified, condition: conditionOf(draft, seen), seen }, signal);
  if (result === 'written') await removeChunks(deps, { repository, chunks: leftOver, version: draft }, signal);
  return result;
}

function changeOfChunks(layout: TagLayout, chunksBefore: readonly StoredChunk[] = []) {
  const { ids, packed } = layout.kind === 'chunks' ? layout : { ids: [], packed: [] };
  const before = new Set(chunksBefore.map(({ id }) => id));
  return {
    missing: packed.filter(({ id }) => !before.has(id)),
    leftOver: [...before.difference(new Set(ids))],
  };
}

/** The units of the table or those of its index, whichever are more: moving an entry of the feed takes two writes. */
function unitsOfPut(item: Item, { draft, seen }: Writing): number {
  const isFirstEver = seen === undefined && draft.epoch === 1;
  return Math.max(unitsOf(item), isFirstEver ? 1 : 2);
}

interface RecordPut {
  readonly item: Item & { readonly name: string; readonly writeId: string };
  readonly condition: WriteCondition;
  readonly seen: StoredRecord | undefined;
}

/**
 * Every attempt has the current time, because a replica looks back only so far for late entries of the feed. An attempt
 * that timed out may have been written: the next one then fails its condition, and `writeId` shows that it was ours.
 */
async function putRepeatedly(deps: RecordTable, put: RecordPut, signal: AbortSignal): Promise<WriteResult> {
  const { client, table, call, now, insert } = deps;
  let attempts = 0;
  const itemNow = () => {
    attempts++;
    return { ...put.item, changedAt: timeOfChange(put.seen, now) };
  };
  if (put.seen === undefined && (await insert?.(itemNow, signal))) return 'written';
  const send = (options: { readonly abortSignal: AbortSignal }) =>
    client.send(conditionalPut(table, itemNow(), put.condition), options);
  try {
    await call.patiently(send, signal);
    return 'written';
  } catch (error) {
    if (!isConflict(error)) throw error;
    return attempts > 1 && (await isThere(deps, put.item, signal)) ? 'written' : 'conflict';
  }
}

async function isThere(deps: RecordTable, { name, writeId }: RecordPut['item'], signal: AbortSignal): Promise<boolean> {
  const [present] = await batchGet(deps, [{ name }], signal);
  return present?.writeId === writeId;
}

/** An item without an epoch is not ours, and is replaced. */
function conditionOf({ epoch }: NextRecord, seen: StoredRecord | undefined): WriteCondition {
  if (seen === undefined) return { expression: 'attribute_not_exists(#epoch) OR #epoch < :epoch', values: { epoch } };
  const values = { epoch: seen.epoch, revision: seen.revision };
  return { expression: '#epoch = :epoch AND #revision = :revision', values };
}

/** Later than the change before, even if that writer's clock was ahead: times grow with revisions. */
function timeOfChange(seen: StoredRecord | undefined, now: () => number): number {
  return Math.max(now(), (seen?.changedAtMs ?? 0) + 1);
}
