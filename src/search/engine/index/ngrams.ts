import type { Serializable } from '../../archive.ts';
import type { Slice } from '../structures/bytes.ts';
import { createSortedRows } from '../structures/sorted-rows.ts';
import { byteAt } from '../structures/typed.ts';
import { BYTE_CLASSES, classAt } from './fields.ts';

/**
 * Lists of the terms that hold one, two or three bytes in a row: a longer text is looked for in the terms of one list.
 */
export interface Ngrams extends Serializable {
  add(term: number, letters: Slice): void;
  remove(term: number, letters: Slice): void;
  /** A superset of the terms that hold `sought`, sorted. */
  candidates(sought: Slice): Uint32Array;
  /** How many candidates there are. */
  count(sought: Slice): number;
}

const PAIRS = BYTE_CLASSES ** 3;
const SINGLES = PAIRS + BYTE_CLASSES ** 2;

export function createNgrams(): Ngrams {
  // Lists of terms are too short for bitsets as in postings.
  const terms = createSortedRows();
  /** Of the longest n-grams of a text the one that the fewest terms hold. */
  const rarestOf = (sought: Slice) => {
    const grams = longestGrams(sought);
    return grams.reduce((best, gram) => (terms.length(gram) < terms.length(best) ? gram : best), grams[0] ?? 0);
  };

  return {
    add: (term, letters) => eachGram(letters, (gram) => terms.add(gram, term)),
    remove: (term, letters) => eachGram(letters, (gram) => terms.remove(gram, term)),
    count: (sought) => terms.length(rarestOf(sought)),
    candidates(sought) {
      const gram = rarestOf(sought);
      const start = terms.start(gram);
      return terms.memory(gram).slice(start, start + terms.length(gram));
    },
    serialize: terms.serialize,
  };
}

function longestGrams(sought: Slice): number[] {
  return gramsOf(sought, Math.min(3, sought.end - sought.start));
}

function gramsOf(sought: Slice, length: number): number[] {
  const grams: number[] = [];
  for (let at = sought.start; at + length <= sought.end; at += 1) grams.push(gramAt(sought.bytes, at, length));
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
  const pair = first * BYTE_CLASSES + classAt(bytes, at + 1);
  return length === 2 ? PAIRS + pair : pair * BYTE_CLASSES + classAt(bytes, at + 2);
}

/** The pairs of neighbouring letters in texts: a text that lacks a pair of what is sought does not hold it. */
export interface LetterPairs {
  /** Each once. */
  readonly all: readonly number[];
  readonly has: (pair: number) => boolean;
}

export function letterPairsOf(texts: readonly Slice[]): LetterPairs {
  const found = new Uint8Array(BYTE_CLASSES ** 2);
  const all: number[] = [];
  for (const { bytes, start, end } of texts) {
    for (let at = start; at + 1 < end; at += 1) {
      const pair = classAt(bytes, at) * BYTE_CLASSES + classAt(bytes, at + 1);
      if (byteAt(found, pair) === 0) all.push(pair);
      found[pair] = 1;
    }
  }
  return { all, has: (pair) => byteAt(found, pair) === 1 };
}
