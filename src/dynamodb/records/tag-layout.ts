import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { packReadings, type TagGroup } from './manifest-pack.ts';
import type { CompanionTag, InspectedManifests, TagEntry } from './record.ts';
import { DIGEST_BYTES, type PackedTags, packTags } from './tag-pack.ts';

/** Some of the tags of a repository. Named by its content, so that an item of one name never changes. */
export interface TagPart {
  readonly id: string;
  readonly packed: PackedTags;
}

/** How tags are stored: within the item of their repository, or where they are too many, in parts beside it. */
export type TagLayout =
  | { readonly kind: 'inline'; readonly packed: PackedTags }
  | { readonly kind: 'parts'; readonly parts: readonly TagPart[] };

/** Some 1,000 tags. Every push writes an item anew, which costs by its size. */
const MAX_INLINE_BYTES = 96 * 1024;
/** At most, on average; makes a push into 100,000 tags cost about as much for its part as for the list of parts. */
const TAGS_PER_PART = 512;
/** With the longest names and digests there are, a part then stays below what an item may have. */
const MAX_READINGS_BYTES = 192 * 1024;

/**
 * `partsBefore`: how many parts hold the tags now; about as many as before leave most of them as they are. What was
 * read of a tag lies beside it, and companions among the tags, so that a push changes one part of each.
 */
export function layOutTags(tags: readonly TagEntry[], partsBefore: number, readings?: InspectedManifests): TagLayout {
  const all: TagGroup = { tags, companions: readings?.companions ?? [], readings: readings?.tags ?? new Map() };
  const packed = mayFit(all) ? pack(all, readings !== undefined) : undefined;
  if (packed && bytesOf(packed) <= MAX_INLINE_BYTES) return { kind: 'inline', packed };
  const groups = split(all, partCount(tags.length + all.companions.length, partsBefore));
  return { kind: 'parts', parts: groups.map((group) => partOf(pack(group, readings !== undefined))) };
}

function pack(group: TagGroup, withReadings: boolean): PackedTags {
  const packed = packTags(group.tags);
  return withReadings ? { ...packed, readings: packReadings(group, MAX_READINGS_BYTES) } : packed;
}

function bytesOf({ tags, digests, readings }: PackedTags): number {
  return tags.length + digests.length + (readings?.length ?? 0);
}

/** By the hashes of their names, which leaves each where it is when others come and go. */
function split({ tags, companions, readings }: TagGroup, count: number): TagGroup[] {
  const slots = Array.from({ length: count }, emptySlot);
  for (const tag of tags) slots[crc32(tag.name) % count]?.tags.push(tag);
  for (const companion of companions) slots[crc32(companion.name) % count]?.companions.push(companion);
  const filled = slots.filter((slot) => slot.tags.length + slot.companions.length > 0);
  return filled.map((slot) => ({ ...slot, readings }));
}

function emptySlot(): { tags: TagEntry[]; companions: CompanionTag[] } {
  return { tags: [], companions: [] };
}

/** Digests alone tell of long lists that they do not; to pack one for nothing takes as long as to pack its parts. */
function mayFit({ tags, companions }: TagGroup): boolean {
  const digests = new Set([...tags, ...companions].map(({ digest }) => digest));
  return digests.size * DIGEST_BYTES <= MAX_INLINE_BYTES;
}

/** A power of two. More than needed is kept up to four times, so that a number at the brink changes nothing. */
function partCount(tags: number, before: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(tags / TAGS_PER_PART));
  const kept = 2 ** Math.ceil(Math.log2(Math.max(1, before)));
  return Math.max(2, kept >= wanted && kept <= 4 * wanted ? kept : wanted);
}

function partOf(packed: PackedTags): TagPart {
  const hash = createHash('sha256').update(packed.tags).update(packed.digests);
  if (packed.readings) hash.update(packed.readings);
  return { id: hash.digest('base64url').slice(0, 22), packed };
}
