import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createChunkFinder } from './kept-chunks.ts';
import { packManifests, type TagGroup } from './manifest-pack.ts';
import type { CompanionTag, InspectedManifests, StoredChunk, TagEntry } from './record.ts';
import { DIGEST_BYTES, type PackedTags, packTags } from './tag-pack.ts';

/** Some of the tags of a repository. Its id is a hash of its content, so a chunk never changes. */
export interface TagChunk {
  readonly id: string;
  readonly packed: PackedTags;
}

/** How tags are stored: in the main item of the repository, or, where they are too many, in chunks. */
export type TagLayout =
  | { readonly kind: 'inline'; readonly packed: PackedTags }
  | {
      readonly kind: 'chunks';
      readonly ids: readonly string[];
      /** Those chunks that are not known to be stored already. */
      readonly packed: readonly TagChunk[];
      /** Of all of them, where only some are known. */
      readonly tagCount?: number;
    };

/** Some 1,000 tags. Every push rewrites the item, and the price depends on its size. */
const MAX_INLINE_BYTES = 96 * 1024;
/** What a name and a time take at least when they are compressed, as in `build-1`, `build-2`; a digest comes on top. */
const LEAST_BYTES_A_TAG = 4;
/** The most on average. With 100,000 tags a push then costs about as much for its chunk as for the list of chunks. */
const TAGS_PER_CHUNK = 512;
/** A chunk then stays below DynamoDB's limit, even with the longest names and digests. */
const MAX_PACKED_MANIFESTS_BYTES = 192 * 1024;

/**
 * `before`: the present chunks. Their number is kept if possible, so that most stay unchanged, and those that do are
 * not packed again. Manifests are stored with their tags, and companions among the tags, so that a push changes one
 * chunk.
 */
export function layOutTags(
  tags: readonly TagEntry[],
  before: readonly StoredChunk[],
  manifests?: InspectedManifests,
): TagLayout {
  const all: TagGroup = { tags, companions: manifests?.companions ?? [], manifests: manifests?.byDigest ?? new Map() };
  const packed = mayFit(all) ? pack(all, manifests !== undefined) : undefined;
  if (packed && bytesOf(packed) <= MAX_INLINE_BYTES) return { kind: 'inline', packed };
  const groups = split(all, chunkCount(tags.length + all.companions.length, before.length));
  const findKept = createChunkFinder(manifests ? before : []);
  const chunks = groups.map((group) => findKept(group) ?? chunkOf(pack(group, manifests !== undefined)));
  return { kind: 'chunks', ids: chunks.map(({ id }) => id), packed: chunks.filter((chunk) => 'packed' in chunk) };
}

export function pack(group: TagGroup, withManifests: boolean): PackedTags {
  const packed = packTags(group.tags);
  return withManifests ? { ...packed, readings: packManifests(group, MAX_PACKED_MANIFESTS_BYTES) } : packed;
}

function bytesOf({ tags, digests, charts, readings }: PackedTags): number {
  return tags.length + digests.length + (charts?.length ?? 0) + (readings?.length ?? 0);
}

/** By hashes of names, so that each tag stays in its chunk when others come and go. */
function split({ tags, companions, manifests }: TagGroup, count: number): TagGroup[] {
  const slots = Array.from({ length: count }, emptySlot);
  for (const tag of tags) slots[placeOfTag(tag.name, count)]?.tags.push(tag);
  for (const companion of companions) slots[placeOfTag(companion.name, count)]?.companions.push(companion);
  const filled = slots.filter((slot) => slot.tags.length + slot.companions.length > 0);
  return filled.map((slot) => ({ ...slot, manifests }));
}

/** The place of the chunk that holds a tag, among `count`. */
export function placeOfTag(tag: string, count: number): number {
  return crc32(tag) % count;
}

function emptySlot(): { tags: TagEntry[]; companions: CompanionTag[] } {
  return { tags: [], companions: [] };
}

/** Estimated from below, because packing a long list in vain takes as long as packing its chunks. */
function mayFit({ tags, companions }: TagGroup): boolean {
  const digests = new Set<string>();
  for (const { digest } of tags) digests.add(digest);
  for (const { digest } of companions) digests.add(digest);
  const bytes = digests.size * DIGEST_BYTES + (tags.length + companions.length) * LEAST_BYTES_A_TAG;
  return bytes <= MAX_INLINE_BYTES;
}

/**
 * Whether `count` chunks can stay as many when the repository has so many tags. They cannot where their number is no
 * power of two: then some were empty and left out, and a tag's hash does not tell the place of its chunk.
 */
export function hasRoomFor(tags: number, count: number): boolean {
  return count >= 2 && chunkCount(tags, count) === count;
}

/** A power of two. Up to four times too many are kept, so that small changes at a limit do not repartition. */
function chunkCount(tags: number, before: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(tags / TAGS_PER_CHUNK));
  const kept = 2 ** Math.ceil(Math.log2(Math.max(1, before)));
  return Math.max(2, kept >= wanted && kept <= 4 * wanted ? kept : wanted);
}

export function chunkOf(packed: PackedTags): TagChunk {
  const hash = createHash('sha256').update(packed.tags).update(packed.digests);
  if (packed.charts) hash.update(packed.charts);
  if (packed.readings) hash.update(packed.readings);
  return { id: hash.digest('base64url').slice(0, 22), packed };
}
