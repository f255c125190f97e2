import { MINUTE_MS, minuteOf } from '../../../dynamodb/records/minutes.ts';
import type { TagEntry } from '../../../dynamodb/records/record.ts';
import { uint32At } from '../structures/typed.ts';

/**
 * How large the tags of a row are and when they were built, in as few bytes as the largest of the row takes. Of each
 * tag first its size in bytes, then the minutes from its building to its push, counted 0, -1, 1, -2, 2 … from 1 on; 0
 * is neither.
 */
export interface ImageWidths {
  /** Bytes of each number. */
  readonly size: number;
  readonly age: number;
}

type Image = Pick<TagEntry, 'sizeBytes' | 'createdAtMs'>;
type PushedImage = Image & Pick<TagEntry, 'pushedAtMs'>;

/** 256 GiB; what is larger counts as that. */
const MAX_BYTES = 2 ** 38 - 1;
/** In 2097. */
const LAST_MINUTE = 2 ** 26 - 1;
const BYTE = 256;

export function imageWidthsOf(tags: readonly PushedImage[]): ImageWidths {
  let [size, age] = [0, 0];
  for (const tag of tags) {
    size = Math.max(size, sizeNumber(tag));
    age = Math.max(age, ageNumber(tag));
  }
  return { size: bytesFor(size), age: bytesFor(age) };
}

/** The words that the images of so many tags take. */
export function imageWordsOf({ size, age }: ImageWidths, tags: number): number {
  return Math.ceil((tags * (size + age)) / 4);
}

/** From the word `start` of a row on. */
export function writeImages(
  row: Uint32Array,
  start: number,
  { tags, widths }: { readonly tags: readonly PushedImage[]; readonly widths: ImageWidths },
): void {
  row.fill(0, start, start + imageWordsOf(widths, tags.length));
  let at = start * 4;
  for (const tag of tags) {
    writeNumber(row, at, sizeNumber(tag));
    writeNumber(row, at + widths.size, ageNumber(tag));
    at += widths.size + widths.age;
  }
}

/** The image of one of the tags that `writeImages` has written; undefined is what is not known. */
export function readImage(
  row: Uint32Array,
  start: number,
  { tag, pushedAtMs, widths }: { readonly tag: number; readonly pushedAtMs: number; readonly widths: ImageWidths },
): Image {
  const at = start * 4 + tag * (widths.size + widths.age);
  const size = readNumber(row, at, widths.size);
  const age = readNumber(row, at + widths.size, widths.age);
  const minute = minuteOf(pushedAtMs) - (age % 2 === 1 ? (age - 1) / 2 : -age / 2);
  return { sizeBytes: size || undefined, createdAtMs: age === 0 ? undefined : minute * MINUTE_MS };
}

function sizeNumber({ sizeBytes = 0 }: Image): number {
  return between(0, sizeBytes, MAX_BYTES);
}

function ageNumber({ createdAtMs = 0, pushedAtMs }: PushedImage): number {
  const built = between(0, minuteOf(createdAtMs), LAST_MINUTE);
  if (built === 0) return 0;
  const age = minuteOf(pushedAtMs) - built;
  return age < 0 ? -2 * age : 2 * age + 1;
}

/** A number, or the bound that it is beyond. */
export function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(least, value), most);
}

function bytesFor(number: number): number {
  let bytes = 0;
  for (let rest = number; rest > 0; rest = Math.floor(rest / BYTE)) bytes += 1;
  return bytes;
}

/** The lowest byte first, where the bytes of the row are 0. */
function writeNumber(row: Uint32Array, start: number, number: number): void {
  for (let at = start, rest = number; rest > 0; at += 1, rest = Math.floor(rest / BYTE)) {
    row[at >>> 2] = uint32At(row, at >>> 2) | ((rest % BYTE) << ((at & 3) * 8));
  }
}

function readNumber(row: Uint32Array, start: number, bytes: number): number {
  let number = 0;
  for (let at = start + bytes - 1; at >= start; at -= 1) {
    number = number * BYTE + ((uint32At(row, at >>> 2) >>> ((at & 3) * 8)) % BYTE);
  }
  return number;
}
