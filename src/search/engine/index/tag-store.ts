import type { RepositoryRecord, TagEntry } from '../../../dynamodb/records/record.ts';
import { normalPlatformText } from '../../../oci/platform.ts';
import type { Interner } from '../structures/interner.ts';
import type { Span } from '../structures/packed-rows.ts';
import { uint32At } from '../structures/typed.ts';
import { between, imageWidthsOf, imageWordsOf, readImage, writeImages } from './tag-images.ts';

/** What many tags share. */
export interface TagAttributes {
  /** Such as `sha256`. */
  readonly algorithm: string;
  /** Digits of the digest beyond 256 bits; undefined where there are none, as in all that registries make. */
  readonly rest?: string | undefined;
  /** Undefined while they are not known. */
  readonly platforms: readonly string[] | undefined;
}

/** A condition on the tag that begins at a place of a row. */
export type IsTag = (row: Uint32Array, tag: number) => boolean;

/**
 * A digest's first 256 bits, which are all of a SHA-256; the rest of a longer one is one of the attributes of the tag.
 */
export const DIGEST_WORDS = 8;
const WORD_DIGITS = 8;
const DIGEST_DIGITS = DIGEST_WORDS * WORD_DIGITS;
const SHA256 = 'sha256:';
const SHA256_LENGTH = SHA256.length + DIGEST_DIGITS;

/**
 * One tag is 11 words: the id of its name, the digest's first 256 bits, the low half of its push time, and the rest of
 * the time (ten bits) below whether it is the representative tag (one bit) and the id of its attributes (21 bits).
 * Times are milliseconds from 1970 to 2109. Before the tags of a row stands a word with their number and the
 * `ImageWidths`, and after them their images.
 */
export const TAG_WORDS = 11;
const DIGEST_AT = 1;
const TIME_AT = 9;
const ATTRIBUTES_AT = 10;
const TIME_BITS = 10;
const REPRESENTATIVE = 1 << TIME_BITS;
const ATTRIBUTES_SHIFT = TIME_BITS + 1;
const TWO_32 = 2 ** 32;
const HEADER_WORDS = 1;
const WIDTH_BITS = 4;
const MAX_WIDTH = 2 ** WIDTH_BITS - 1;

/** The tags of a row, from `start` to `end` in memory that holds the whole row. */
export type TagsInRow = Span<Uint32Array>;

/** As attributes are stored and compared with queries: older records may have other names of platforms. */
export function normalAttributes({ platforms, ...digest }: TagAttributes): TagAttributes {
  return { ...digest, platforms: platforms?.map(normalPlatformText) };
}

export interface TagPacking {
  readonly attributeSets: Interner<TagAttributes>;
  readonly nameIdOf: (name: string) => number;
  /** Memory of so many numbers or more, with any content. */
  readonly roomFor: (numbers: number) => Uint32Array;
}

/** All tags of a repository in one row. */
export function packTags(
  { tags, representative }: Pick<RepositoryRecord, 'tags' | 'representative'>,
  packing: TagPacking,
): Span<Uint32Array> {
  const pushed = tags.map((tag) => ({ ...tag, pushedAtMs: between(0, Math.floor(tag.pushedAtMs), LAST_TIME_MS) }));
  const widths = imageWidthsOf(pushed);
  const imagesAt = HEADER_WORDS + tags.length * TAG_WORDS;
  const end = imagesAt + imageWordsOf(widths, tags.length);
  const row = packing.roomFor(end);
  row[0] = (tags.length << (2 * WIDTH_BITS)) | (widths.size << WIDTH_BITS) | widths.age;
  const attributesIdOf = createAttributeIds(packing.attributeSets);
  let at = HEADER_WORDS;
  for (const tag of pushed) {
    row[at] = packing.nameIdOf(tag.name);
    writeDigest(row, at + DIGEST_AT, tag.digest);
    const high = Math.floor(tag.pushedAtMs / TWO_32);
    row[at + TIME_AT] = tag.pushedAtMs - high * TWO_32;
    const mark = tag.name === representative ? REPRESENTATIVE : 0;
    row[at + ATTRIBUTES_AT] = (attributesIdOf(tag) << ATTRIBUTES_SHIFT) | mark | high;
    at += TAG_WORDS;
  }
  writeImages(row, imagesAt, { tags: pushed, widths });
  return { memory: row, start: 0, end };
}

/** The tags of what `packTags` has made; an empty row has none. */
export function tagsIn({ memory, start, end }: Span<Uint32Array>): TagsInRow {
  if (start === end) return { memory, start, end };
  const first = start + HEADER_WORDS;
  return { memory, start: first, end: first + tagCountIn(memory, start) * TAG_WORDS };
}

/** How many tags the row has that begins there and is not empty. */
export function tagCountIn(row: Uint32Array, start: number): number {
  return uint32At(row, start) >>> (2 * WIDTH_BITS);
}

/** Tags of one repository mostly have the same list of platforms, which is looked up once. */
function createAttributeIds(attributeSets: Interner<TagAttributes>): (tag: TagEntry) => number {
  const bySha256 = new Map<TagEntry['platforms'], number>();
  return ({ digest, platforms }) => {
    const isSha256 = digest.length === SHA256_LENGTH && digest.startsWith(SHA256);
    const known = isSha256 ? bySha256.get(platforms) : undefined;
    if (known !== undefined) return known;
    const rest = hexOf(digest).slice(DIGEST_DIGITS);
    const id = attributeSets.idOf({ algorithm: algorithmOf(digest), ...(rest === '' ? {} : { rest }), platforms });
    if (isSha256) bySha256.set(platforms, id);
    return id;
  };
}

/**
 * When a doc's tags were pushed, in units of 2,048 ms so that 31 bits hold them; without tags oldest is after newest.
 */
export interface TagSpan {
  readonly oldest: number;
  readonly newest: number;
  /** The id of the attributes of one of the tags that were pushed at the newest time. */
  readonly newestAttributes: number;
}

export const SPAN_UNIT_MS = 2_048;
/** No time is later; the number after it stands for no time. */
export const LAST_SPAN_TIME = 2 ** 31 - 2;
const LAST_TIME_MS = (LAST_SPAN_TIME + 1) * SPAN_UNIT_MS - 1;

export function spanOf({ memory, start, end }: TagsInRow): TagSpan {
  let oldest = LAST_SPAN_TIME + 1;
  let newest = 0;
  let newestAttributes = 0;
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    const time = Math.floor(tagTimeAt(memory, tag) / SPAN_UNIT_MS);
    if (time < oldest) oldest = time;
    if (time < newest) continue;
    newest = time;
    newestAttributes = tagAttributesAt(memory, tag);
  }
  return { oldest, newest, newestAttributes };
}

export function tagNameAt(row: Uint32Array, tag: number): number {
  return uint32At(row, tag);
}

export function tagAttributesAt(row: Uint32Array, tag: number): number {
  return uint32At(row, tag + ATTRIBUTES_AT) >>> ATTRIBUTES_SHIFT;
}

/** Whether text and labels of the repository come from this tag. */
export function isRepresentativeAt(row: Uint32Array, tag: number): boolean {
  return (uint32At(row, tag + ATTRIBUTES_AT) & REPRESENTATIVE) !== 0;
}

export function tagTimeAt(row: Uint32Array, tag: number): number {
  return uint32At(row, tag + TIME_AT) + (uint32At(row, tag + ATTRIBUTES_AT) & ((1 << TIME_BITS) - 1)) * TWO_32;
}

/** Bytes, and when it was built; undefined where that is not known. */
export function tagImageAt(
  { memory, start, end }: TagsInRow,
  tag: number,
): Pick<TagEntry, 'sizeBytes' | 'createdAtMs'> {
  const header = uint32At(memory, start - HEADER_WORDS);
  const widths = { size: (header >>> WIDTH_BITS) & MAX_WIDTH, age: header & MAX_WIDTH };
  const at = { tag: (tag - start) / TAG_WORDS, pushedAtMs: tagTimeAt(memory, tag), widths };
  return readImage(memory, end, at);
}

/** One of the words of a tag's digest; the first is 0. */
export function tagDigestAt(row: Uint32Array, tag: number, word: number): number {
  return uint32At(row, tag + DIGEST_AT + word);
}

/** The digest of a tag, as it was written. */
export function tagDigestTextAt(row: Uint32Array, tag: number, attributeSets: Interner<TagAttributes>): string {
  const { algorithm = '', rest = '' } = attributeSets.at(tagAttributesAt(row, tag)) ?? {};
  let hex = '';
  for (let word = 0; word < DIGEST_WORDS; word += 1) {
    hex += tagDigestAt(row, tag, word).toString(16).padStart(8, '0');
  }
  return `${algorithm}:${hex}${rest}`;
}

/** The first 256 bits of a digest or of its beginning; missing digits count as 0. */
export function digestWords(digest: string): Uint32Array {
  const words = new Uint32Array(DIGEST_WORDS);
  writeDigest(words, 0, digest);
  return words;
}

function writeDigest(row: Uint32Array, start: number, digest: string): void {
  const from = digest.indexOf(':') + 1;
  for (let word = 0; word < DIGEST_WORDS; word += 1) row[start + word] = readWord(digest, from + word * WORD_DIGITS);
}

/** Eight digits as a number; missing ones, and what is no digit, count as 0. */
function readWord(hex: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + WORD_DIGITS; at += 1) word = (word << 4) | digitOf(hex.charCodeAt(at));
  return word >>> 0;
}

const LOWER_CASE = 0x20;

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | LOWER_CASE) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : 0;
}

/** Whether a tag's digest is this one, or begins so. */
export function createDigestTest(
  { tagAttributeSets }: { readonly tagAttributeSets: Interner<TagAttributes> },
  digest: string,
): IsTag {
  const algorithm = algorithmOf(digest);
  const hex = hexOf(digest);
  const words = digestWords(digest);
  const masks = digestMasks(hex.length);
  return (row, tag) => {
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      if ((tagDigestAt(row, tag, word) & (masks[word] ?? 0)) >>> 0 !== words[word]) return false;
    }
    const attributes = tagAttributeSets.at(tagAttributesAt(row, tag));
    return attributes?.algorithm === algorithm && (attributes.rest ?? '').startsWith(hex.slice(DIGEST_DIGITS));
  };
}

/** Which bits of which words a digest's beginning of so many digits fixes. */
function digestMasks(digits: number): Uint32Array {
  return digestWords('f'.repeat(digits));
}

function algorithmOf(digest: string): string {
  return digest.slice(0, Math.max(0, digest.indexOf(':')));
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
