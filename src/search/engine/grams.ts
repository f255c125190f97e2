import type { Slice } from './bytes.ts';
import { createPostings } from './postings.ts';
import { byteAt } from './typed.ts';

/** Which words hold three, two or one byte in a row: finds the words that hold a longer part. */
export interface Grams {
  add(word: number, letters: Slice): void;
  remove(word: number, letters: Slice): void;
  /** Words of which some hold `part`, and none that does is missing. In order. */
  candidates(part: Slice): Uint32Array;
  /** How many `candidates` there are. */
  count(part: Slice): number;
  /** For each pair of bytes in `part` the words that hold it; see `similarWords`. */
  pairs(part: Slice): Uint32Array[];
}

/** Letters, digits, and one class for all that is not ASCII. */
const CLASSES = 37;
const OTHER = 36;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => classOf(String.fromCharCode(byte)));

const PAIRS = CLASSES ** 3;
const SINGLES = PAIRS + CLASSES ** 2;

export function createGrams(): Grams {
  // Words are never so many that they are worth a bit each.
  const words = createPostings(() => Number.POSITIVE_INFINITY);

  /** Of the longest grams of a part that which the fewest words hold. */
  const rarestOf = (part: Slice) => {
    const grams = longestGrams(part);
    return grams.reduce((best, gram) => (words.count(gram) < words.count(best) ? gram : best), grams[0] ?? 0);
  };

  return {
    add: (word, letters) => eachGram(letters, (gram) => words.add(gram, word)),
    remove: (word, letters) => eachGram(letters, (gram) => words.remove(gram, word)),
    count: (part) => words.count(rarestOf(part)),
    candidates: (part) => words.slots(rarestOf(part)),
    pairs: (part) => [...new Set(gramsOf(part, 2))].map((gram) => words.slots(gram)),
  };
}

function longestGrams(part: Slice): number[] {
  return gramsOf(part, Math.min(3, part.end - part.start));
}

function gramsOf(part: Slice, length: number): number[] {
  const grams: number[] = [];
  for (let at = part.start; at + length <= part.end; at += 1) grams.push(gramAt(part.bytes, at, length));
  return grams;
}

function eachGram(letters: Slice, visit: (gram: number) => void): void {
  for (let length = 1; length <= 3; length += 1) {
    for (let at = letters.start; at + length <= letters.end; at += 1) visit(gramAt(letters.bytes, at, length));
  }
}

function gramAt(bytes: Uint8Array, at: number, length: number): number {
  const first = classAt(bytes, at);
  if (length === 1) return SINGLES + first;
  const pair = first * CLASSES + classAt(bytes, at + 1);
  return length === 2 ? PAIRS + pair : pair * CLASSES + classAt(bytes, at + 2);
}

function classAt(bytes: Uint8Array, at: number): number {
  return byteAt(CLASS, byteAt(bytes, at));
}

function classOf(letter: string): number {
  return /[a-z0-9]/.test(letter) ? Number.parseInt(letter, 36) : OTHER;
}
