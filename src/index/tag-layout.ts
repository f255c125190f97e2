import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { TagEntry } from './record.ts';
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

/** About 2,000 tags. Every push writes an item anew, which costs by its size. */
const MAX_INLINE_BYTES = 96 * 1024;
/** At most, on average; makes a push into 100,000 tags cost about as much for its part as for the list of parts. */
const TAGS_PER_PART = 512;

/** `partsBefore`: how many parts hold the tags now; about as many as before leave most of them as they are. */
export function layOutTags(tags: readonly TagEntry[], partsBefore: number): TagLayout {
  const packed = mayFit(tags) ? packTags(tags) : undefined;
  if (packed && packed.tags.length + packed.digests.length <= MAX_INLINE_BYTES) return { kind: 'inline', packed };
  const slots = Array.from({ length: partCount(tags.length, partsBefore) }, (): TagEntry[] => []);
  for (const tag of tags) slots[crc32(tag.name) % slots.length]?.push(tag);
  return { kind: 'parts', parts: slots.filter((slot) => slot.length > 0).map(partOf) };
}

/** Digests alone tell of long lists that they do not; to pack one for nothing takes as long as to pack its parts. */
function mayFit(tags: readonly TagEntry[]): boolean {
  return new Set(tags.map(({ digest }) => digest)).size * DIGEST_BYTES <= MAX_INLINE_BYTES;
}

/** A power of two. More than needed is kept up to four times, so that a number at the brink changes nothing. */
function partCount(tags: number, before: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(tags / TAGS_PER_PART));
  const kept = 2 ** Math.ceil(Math.log2(Math.max(1, before)));
  return Math.max(2, kept >= wanted && kept <= 4 * wanted ? kept : wanted);
}

function partOf(tags: readonly TagEntry[]): TagPart {
  const packed = packTags(tags);
  const hash = createHash('sha256').update(packed.tags).update(packed.digests);
  return { id: hash.digest('base64url').slice(0, 22), packed };
}
