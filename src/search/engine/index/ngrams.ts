import type { Serializable } from '../../archive.ts';
import type { Slice } from '../structures/bytes.ts';
import { createSortedRows, type SortedRows } from '../structures/sorted-rows.ts';
import { byteAt, wordAt } from '../structures/typed.ts';
import { BYTE_CLASSES, classAt } from './tokens.ts';

/** Lists of the words that hold one, two or three bytes in a row: a longer part is looked for in the words of one list. */
export interface Ngrams extends Serializable {
  add(word: number, letters: Slice): void;
  remove(word: number, letters: Slice): void;
  /** All words that hold `part`, and others, sorted. */
  candidates(part: Slice): Uint32Array;
  /** How many candidates there are. */
  count(part: Slice): number;
  /** Words that hold all different pairs of bytes in `part` but `missing`, and at least one. */
  sharing(part: Slice, missing: number): number[];
}

const PAIRS = BYTE_CLASSES ** 3;
const SINGLES = PAIRS + BYTE_CLASSES ** 2;

export function createNgrams(): Ngrams {
  // Lists of words are too short for bitsets as in postings.
  const words = createSortedRows();
  /** For each word how many pairs it shares. Memory allocated for each part would call for full garbage collections. */
  let shared = new Uint8Array(0);
  let end = 0;

  const cleared = () => {
    if (shared.length < end) shared = new Uint8Array(end + (end >>> 1));
    return shared.fill(0, 0, end);
  };
  /** Of the longest n-grams of a part the one that the fewest words hold. */
  const rarestOf = (part: Slice) => {
    const grams = longestGrams(part);
    return grams.reduce((best, gram) => (words.length(gram) < words.length(best) ? gram : best), grams[0] ?? 0);
  };

  return {
    add(word, letters) {
      end = Math.max(end, word + 1);
      eachGram(letters, (gram) => words.add(gram, word));
    },
    remove: (word, letters) => eachGram(letters, (gram) => words.remove(gram, word)),
    count: (part) => words.length(rarestOf(part)),
    candidates(part) {
      const gram = rarestOf(part);
      const start = words.start(gram);
      return words.memory(gram).slice(start, start + words.length(gram));
    },
    sharing(part, missing) {
      const pairs = new Set(gramsOf(part, 2));
      const counts = cleared();
      const least = Math.max(1, pairs.size - missing);
      return [...pairs].flatMap((pair) => countUp(counts, words, { list: pair, least }));
    },
    *serialize(archive) {
      end = archive.number(end);
      yield* words.serialize(archive);
    },
  };
}

interface Counting {
  readonly list: number;
  readonly least: number;
}

/** Counts each word of a list; returns those whose count reaches `least` by it. */
function countUp(counts: Uint8Array, words: SortedRows, { list, least }: Counting): number[] {
  const memory = words.memory(list);
  const start = words.start(list);
  const stop = start + words.length(list);
  const found: number[] = [];
  for (let at = start; at < stop; at += 1) {
    const word = wordAt(memory, at);
    const count = byteAt(counts, word) + 1;
    counts[word] = count;
    if (count === least) found.push(word);
  }
  return found;
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
  const pair = first * BYTE_CLASSES + classAt(bytes, at + 1);
  return length === 2 ? PAIRS + pair : pair * BYTE_CLASSES + classAt(bytes, at + 2);
}

/** The pairs of neighbouring letters in texts: a text that lacks a pair of a part does not hold the part. */
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
