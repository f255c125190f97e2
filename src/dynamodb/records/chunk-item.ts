import { type Item, parsedOr, readItem } from '../items/item.ts';
import type { TagEntry } from './record.ts';
import type { TagChunk } from './tag-layout.ts';
import { readTags } from './tag-pack.ts';

/** Not allowed in names of repositories, so chunks never collide with one. */
export const CHUNK_MARK = '#';

/** Filters chunks out of a Scan. */
export const MAIN_ITEMS_ONLY = {
  FilterExpression: 'NOT contains(#name, :mark)',
  ExpressionAttributeNames: { '#name': 'name' },
  ExpressionAttributeValues: { ':mark': CHUNK_MARK },
};

/**
 * The write of a main item that a chunk was put for. A chunk is garbage when the main item of this or a later write
 * does not name it.
 */
export interface ChunkVersion {
  readonly epoch: number;
  readonly revision: number;
}

/** The repository of a chunk, and when it was written; milliseconds since 1970. */
export interface ChunkFacts extends ChunkVersion {
  readonly key: string;
  readonly repository: string;
  readonly id: string;
  readonly writtenAtMs: number;
}

export function chunkKey(repository: string, id: string): { readonly name: string } {
  return { name: `${repository}${CHUNK_MARK}${id}` };
}

/** A chunk as an item of the repository table; without the attributes of the change feed, so that it is not in it. */
export function chunkItem(
  repository: string,
  { id, packed }: TagChunk,
  version: ChunkVersion & { writtenAtMs: number },
) {
  const { epoch, revision, writtenAtMs } = version;
  return { ...chunkKey(repository, id), ...packed, epoch, revision, writtenAt: writtenAtMs };
}

/** The content of a chunk; `readings` are packed manifests, undefined where they were not requested. */
export interface ChunkContent {
  readonly tags: readonly TagEntry[];
  readonly readings: Uint8Array | undefined;
}

/** Undefined for a chunk that cannot be read, which counts as missing. */
export function parseChunk(item: Item): ChunkContent | undefined {
  const parse = (): ChunkContent => {
    const { text, bytes, optional } = readItem(item, 'a chunk');
    return { tags: readTags(item, text('name')), readings: optional('readings', bytes) };
  };
  return parsedOr(parse, () => undefined);
}

/** Throws UnreadableItem. */
export function parseChunkFacts(item: Item): ChunkFacts {
  const { text, number } = readItem(item, 'a chunk');
  const key = text('name');
  const [repository = '', id = ''] = key.split(CHUNK_MARK);
  const version = { epoch: number('epoch'), revision: number('revision') };
  return { key, repository, id, ...version, writtenAtMs: number('writtenAt') };
}
