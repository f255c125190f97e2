import type { TagEntry } from '../../../dynamodb/records/record.ts';
import { normalPlatformText } from '../../../oci/platform.ts';
import type { Interner } from '../structures/interner.ts';
import type { Span } from '../structures/packed-rows.ts';
import { wordAt } from '../structures/typed.ts';

/** What many tags share. */
export interface TagKind {
  /** Such as `sha256`. */
  readonly algorithm: string;
  /** Undefined while they are not known. */
  readonly platforms: readonly string[] | undefined;
}

/** A condition on the tag that begins at a place of a row. */
export type IsTag = (row: Uint32Array, tag: number) => boolean;

/** A digest's first 160 bits, as many as git has: digests that differ only beyond count as the same. */
export const DIGEST_WORDS = 5;

/**
 * One tag is eight words: the id of its name, the digest's first 160 bits, the low half of its push time, and the rest
 * of the time (ten bits) below its kind (22 bits). Times are milliseconds from 1970 to 2109.
 */
export const TAG_WORDS = 8;
const DIGEST_AT = 1;
const TIME_AT = 6;
const KIND_AT = 7;
const TIME_BITS = 10;
const TWO_32 = 2 ** 32;

/** As kinds are stored and compared with queries: older records may have other names of platforms. */
export function foldKind({ algorithm, platforms }: TagKind): TagKind {
  return { algorithm, platforms: platforms?.map(normalPlatformText) };
}

export interface TagPacking {
  readonly kinds: Interner<TagKind>;
  readonly nameIdOf: (name: string) => number;
  /** Memory of so many words or more, with any content. */
  readonly roomFor: (words: number) => Uint32Array;
}

/** All tags of a repository in one row. */
export function packTags(tags: readonly TagEntry[], packing: TagPacking): Span<Uint32Array> {
  const row = packing.roomFor(tags.length * TAG_WORDS);
  let at = 0;
  for (const tag of tags) {
    const timeMs = Math.min(Math.max(0, Math.floor(tag.pushedAtMs)), LAST_TIME_MS);
    row[at] = packing.nameIdOf(tag.name);
    writeDigest(row, at + DIGEST_AT, tag.digest);
    const high = Math.floor(timeMs / TWO_32);
    row[at + TIME_AT] = timeMs - high * TWO_32;
    row[at + KIND_AT] = (kindOf(tag, packing.kinds) << TIME_BITS) | high;
    at += TAG_WORDS;
  }
  return { memory: row, start: 0, end: at };
}

function kindOf({ digest, platforms }: TagEntry, kinds: Interner<TagKind>): number {
  return kinds.idOf({ algorithm: algorithmOf(digest), platforms });
}

/** When a doc's tags were pushed, in units of 2,048 ms so that 31 bits hold them; without tags oldest is after newest. */
export interface TagSpan {
  readonly oldest: number;
  readonly newest: number;
  /** The kind of one of the tags that were pushed at the newest time. */
  readonly newestKind: number;
}

export const SPAN_UNIT_MS = 2_048;
/** No time is later; the number after it stands for no time. */
export const LAST_SPAN_TIME = 2 ** 31 - 2;
const LAST_TIME_MS = (LAST_SPAN_TIME + 1) * SPAN_UNIT_MS - 1;

export function spanOf({ memory, start, end }: Span<Uint32Array>): TagSpan {
  let oldest = LAST_SPAN_TIME + 1;
  let newest = 0;
  let newestKind = 0;
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    const time = Math.floor(tagTimeAt(memory, tag) / SPAN_UNIT_MS);
    if (time < oldest) oldest = time;
    if (time < newest) continue;
    newest = time;
    newestKind = tagKindAt(memory, tag);
  }
  return { oldest, newest, newestKind };
}

export function tagNameAt(row: Uint32Array, tag: number): number {
  return wordAt(row, tag);
}

export function tagKindAt(row: Uint32Array, tag: number): number {
  return wordAt(row, tag + KIND_AT) >>> TIME_BITS;
}

export function tagTimeAt(row: Uint32Array, tag: number): number {
  return wordAt(row, tag + TIME_AT) + (wordAt(row, tag + KIND_AT) & ((1 << TIME_BITS) - 1)) * TWO_32;
}

/** One of the words of a tag's digest; the first is 0. */
export function tagDigestAt(row: Uint32Array, tag: number, word: number): number {
  return wordAt(row, tag + DIGEST_AT + word);
}

/** The first 160 bits of a digest or of its beginning; missing digits count as 0. */
export function digestWords(digest: string): Uint32Array {
  const words = new Uint32Array(DIGEST_WORDS);
  writeDigest(words, 0, digest);
  return words;
}

function writeDigest(row: Uint32Array, start: number, digest: string): void {
  const from = digest.indexOf(':') + 1;
  for (let word = 0; word < DIGEST_WORDS; word += 1) row[start + word] = readWord(digest, from + word * 8);
}

/** Eight digits as a number, missing ones as 0; what is no digest counts as 0. */
function readWord(hex: string, from: number): number {
  return Number.parseInt(hex.slice(from, from + 8).padEnd(8, '0'), 16) >>> 0;
}

/** Which bits of which words a digest's beginning of so many digits fixes. */
export function digestMasks(digits: number): Uint32Array {
  return digestWords('f'.repeat(digits));
}

export function algorithmOf(digest: string): string {
  return digest.slice(0, Math.max(0, digest.indexOf(':')));
}

export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
