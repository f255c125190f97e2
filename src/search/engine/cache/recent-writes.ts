import { BYTE_CLASSES } from '../index/fields.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/ngrams.ts';
import { TAG_WORDS, tagNameAt } from '../index/tag-store.ts';
import { allOf, docTextsOf } from '../index/text-postings.ts';
import type { Upserted } from '../index/writer.ts';
import { lowestBit } from '../structures/bitset.ts';
import type { Slice } from '../structures/bytes.ts';
import { uint32At } from '../structures/typed.ts';

/** What may stand for one word, such as the tags that it means: of each its pairs of neighbouring letters. */
export type Spellings = readonly (readonly number[])[];

/** What was written last, by the letters of it. */
export interface RecentWrites {
  written(write: Upserted): void;
  /** How many writes there were. */
  version(): number;
  /**
   * Reads the letters of one more write, where `holdersSince` needs them for that version; returns whether it did. To
   * be called until it does not: a thousand writes together take tens of milliseconds.
   */
  readOn(version: number): boolean;
  /**
   * Writes since a version of docs that have or had the letters of each word, in texts or in names of tags. Undefined
   * where a doc did more than gain tags and change texts, where there were too many, or where not all were read.
   */
  holdersSince(version: number, words: readonly Spellings[]): readonly WrittenDoc[] | undefined;
}

/** What a doc with new texts held before is known by its letters alone. */
export type WrittenDoc = Pick<Upserted, 'doc' | 'hasNewTexts' | 'mayHaveFallen'>;

interface Written extends WrittenDoc {
  /** The version before it. */
  readonly version: number;
  /** Of what the doc held before, until that is in `rows`. */
  formerLetters: readonly number[];
  /** Of what it held before and holds now, as it is in `rows`. */
  letters: readonly number[];
}

/** Ten seconds of a hundred pushes a second. */
const LATEST = 1_024;
const ROW_WORDS = LATEST / 32;
const ALL_BITS = ~0;

/**
 * For each pair of letters a row of bits, one for each of the latest writes: so it is found for all of them at once
 * which have some letters.
 */
export function createRecentWrites(index: InvertedIndex): RecentWrites {
  const rows = new Uint32Array(BYTE_CLASSES ** 2 * ROW_WORDS);
  /** By their bits. */
  const writes: (Written | undefined)[] = new Array(LATEST).fill(undefined);
  let version = 0;
  /** After the latest write that did more than gain tags and change texts. */
  let changedVersion = 0;
  /** Before the first write that is not in `rows`. */
  let readVersion = 0;

  /** Puts the letters of a write into `rows`, or takes them out again. */
  const flip = (bit: number, letters: readonly number[]) => {
    for (const pair of letters) {
      const at = pair * ROW_WORDS + (bit >>> 5);
      rows[at] = uint32At(rows, at) ^ (1 << (bit & 31));
    }
  };

  /** Whether every write since a version is still there, and letters are all that it changed. */
  const isComplete = (since: number) => since >= changedVersion && version - since <= LATEST;

  /** The bits of those writes which have the letters of a word; `at` is a place in each row, for 32 of the writes. */
  const holdersAt = (at: number, spellings: Spellings) =>
    spellings.reduce(
      (some, letters) => some | letters.reduce((all, pair) => all & uint32At(rows, pair * ROW_WORDS + at), ALL_BITS),
      0,
    );

  return {
    written({ doc, hasNewTexts, mayHaveFallen, formerLetters }) {
      const bit = version % LATEST;
      flip(bit, writes[bit]?.letters ?? []);
      writes[bit] = { doc, hasNewTexts, mayHaveFallen, version, formerLetters: formerLetters ?? [], letters: [] };
      version += 1;
      if (!formerLetters) changedVersion = version;
    },
    version: () => version,
    readOn(since) {
      // Nobody asks during a backfill.
      if (!isComplete(since)) return false;
      readVersion = Math.max(readVersion, changedVersion, version - LATEST);
      const bit = readVersion % LATEST;
      const write = readVersion < version ? writes[bit] : undefined;
      if (!write) return false;
      write.letters = united(write.formerLetters, letterPairsOf(textsAndTagsOf(index, write.doc)).all);
      write.formerLetters = [];
      flip(bit, write.letters);
      readVersion += 1;
      return true;
    },
    holdersSince(since, words) {
      if (!isComplete(since) || readVersion < version) return undefined;
      const found: WrittenDoc[] = [];
      for (let at = 0; at < ROW_WORDS; at += 1) {
        let held = words.reduce((bits, spellings) => bits & holdersAt(at, spellings), ALL_BITS);
        for (; held !== 0; held &= held - 1) {
          const write = writes[at * 32 + lowestBit(held)];
          if (write && write.version >= since) found.push(write);
        }
      }
      return found;
    },
  };
}

/** All texts of a doc, and the names of its tags. */
function textsAndTagsOf(index: InvertedIndex, doc: number): Slice[] {
  return [...allOf(docTextsOf(index, doc)), ...tagNamesOf(index, doc)];
}

function united(some: readonly number[], others: readonly number[]): readonly number[] {
  return some.length === 0 ? others : [...new Set([...some, ...others])];
}

function tagNamesOf({ repositories, tagNames }: InvertedIndex, doc: number): Slice[] {
  const { memory, start, end } = repositories.tagsOf(doc);
  const names: Slice[] = [];
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    names.push(tagNames.names.at(tagNameAt(memory, tag)));
  }
  return names;
}
