import { batchGet, type ProjectedTable } from '../items/batch-get.ts';
import { isNumber } from '../items/item.ts';
import type { TagGroup } from './manifest-pack.ts';
import { joinChunks, readChunks } from './read-chunks.ts';
import type { RepositoryRecord, StoredChunk, StoredRecord } from './record.ts';
import { type MainItem, parseMainItem } from './record-item.ts';
import type { NextRecord, RecordWrite } from './record-write.ts';
import { chunkOf, hasRoomFor, pack, placeOfTag, type TagLayout } from './tag-layout.ts';

/** A record in chunks, of which only those were read that hold some tags: a push changes one of hundreds. */
export interface RecordPart {
  readonly kind: 'part';
  /** Without tags and manifests. */
  readonly seen: StoredRecord;
  /** How many tags it has, in all chunks. */
  readonly tagCount: number;
  /** The ids of all chunks. */
  readonly ids: readonly string[];
  /** Those that were read, by their places among the ids. */
  readonly chunks: ReadonlyMap<number, ReadChunk>;
}

export type ReadChunk = StoredChunk & { readonly manifests: NonNullable<StoredChunk['manifests']> };

/** The part of a record with some of its tags, or the whole record where its tags are not in chunks. */
export type PartOrWhole = RecordPart | { readonly kind: 'whole'; readonly seen: StoredRecord };

/** What replaces a part of a record. */
export interface PartWrite extends Omit<RecordWrite, 'record' | 'manifests'> {
  readonly record: Omit<RepositoryRecord, 'tags'>;
  readonly tagCount: number;
  /** By their places; all others stay as they are. */
  readonly groups: ReadonlyMap<number, TagGroup>;
}

/**
 * Reads the main item of a repository and the chunks that hold these tags, and the one that its text comes from. All of
 * it, where the chunks are not where the names of tags say, which older ones need not be. Throws UnreadableItem.
 */
export async function readPartOrWhole(
  deps: ProjectedTable,
  name: string,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<PartOrWhole | undefined> {
  const [item] = await batchGet(deps, [{ name }], signal);
  if (!item) return undefined;
  const main = parseMainItem(item);
  const part = isNumber(item.tagCount) && (await readPart(deps, { main, tagCount: item.tagCount }, tags, signal));
  if (part) return part;
  const seen = await joinChunks(deps, main, signal);
  return seen && { kind: 'whole', seen };
}

interface Counted {
  readonly main: MainItem;
  readonly tagCount: number;
}

async function readPart(
  deps: ProjectedTable,
  { main: { stored, chunks: ids, representative }, tagCount }: Counted,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<RecordPart | undefined> {
  if (!representative || !hasRoomFor(tagCount, ids.length)) return undefined;
  const places = new Set([representative, ...tags].map((tag) => placeOfTag(tag, ids.length)));
  const wanted = [...places].flatMap((place) => ids[place] ?? []);
  const found = await readChunks(deps, stored.record.name, wanted, signal);
  const chunks = new Map<number, ReadChunk>();
  for (const place of places) {
    const chunk = found.get(ids[place] ?? '');
    if (chunk && isWhere(chunk, place, ids.length)) chunks.set(place, chunk);
  }
  return chunks.size === places.size ? { kind: 'part', seen: stored, tagCount, ids, chunks } : undefined;
}

function isWhere(chunk: StoredChunk, place: number, count: number): chunk is ReadChunk {
  return chunk.manifests !== undefined && chunk.tags.every(({ name }) => placeOfTag(name, count) === place);
}

/** The record that a write of a part makes, how its tags are laid out, and what it replaces. */
export function layOutPart({ groups, record, tagCount, ...write }: PartWrite, { seen, ids }: RecordPart) {
  const packed = new Map([...groups].map(([place, group]) => [place, chunkOf(pack(group, true))]));
  const layout: TagLayout = {
    kind: 'chunks',
    ids: ids.map((id, place) => packed.get(place)?.id ?? id),
    packed: [...packed.values()],
    tagCount,
  };
  const manifests = { representative: record.representative, byDigest: new Map(), companions: [] };
  const draft: Omit<NextRecord, 'revision' | 'reader'> = {
    ...write,
    record: { ...record, tags: [] },
    manifests,
    deleted: false,
  };
  const chunks = ids.map((id): StoredChunk => ({ id, tags: [], manifests: undefined }));
  return { layout, draft, seen: { ...seen, chunks } };
}
