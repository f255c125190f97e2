import { BYTE_CLASSES } from '../index/fields.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/ngrams.ts';
import { TAG_WORDS, tagNameAt } from '../index/tag-store.ts';
import { allTextsOf } from '../index/text-postings.ts';
import type { Upserted } from '../index/writer.ts';
import { encode, type Slice, sliceOf } from '../structures/bytes.ts';
import { uint32At } from '../structures/typed.ts';

/** The letters of one word: each is the pairs of neighbouring letters of a text that may stand for it. */
export type Spellings = readonly (readonly number[])[];

/** What was written last, by the letters of it. */
export interface RecentWrites {
  written(write: Upserted): void;
  /** How many writes there were. */
  version(): number;
  /**
   * Writes since a version of docs that have or had the letters of each word, in texts or in names of tags. Undefined
   * where a doc did more than gain tags and change texts, or where there were too many.
   */
  holdersSince(version: number, words: readonly Spellings[]): readonly WrittenDoc[] | undefined;
}

/** What a doc with new texts held before is known by its letters alone. */
export type WrittenDoc = Pick<Upserted, 'doc' | 'hasNewTexts'>;

interface Written extends Upserted {
  /** The version before it. */
  readonly version: number;
  /** Of what the doc held before and holds now, as it is in `rows`. */
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

  const flip = (bit: number, letters: readonly number[]) => {
    for (const pair of letters) {
      const at = pair * ROW_WORDS + (bit >>> 5);
      rows[at] = uint32At(rows, at) ^ (1 << (bit & 31));
    }
  };

  /** Only what is asked for: nobody asks during a backfill. */
  const readOn = () => {
    readVersion = Math.max(readVersion, changedVersion, version - LATEST);
    for (; readVersion < version; readVersion += 1) {
      const bit = readVersion % LATEST;
      const write = writes[bit];
      if (!write) continue;
      write.letters = united(write.formerLetters, letterPairsOf(lettersOf(index, write.doc)).all);
      flip(bit, write.letters);
    }
  };

  /** The writes of one word of all rows that have the letters of a word. */
  const holders = (word: number, spellings: Spellings) =>
    spellings.reduce(
      (some, each) => some | each.reduce((all, pair) => all & uint32At(rows, pair * ROW_WORDS + word), ALL_BITS),
      0,
    );

  return {
    written(write) {
      const bit = version % LATEST;
      flip(bit, writes[bit]?.letters ?? []);
      writes[bit] = { ...write, version, letters: [] };
      version += 1;
      if (!write.formerLetters) changedVersion = version;
    },
    version: () => version,
    holdersSince(since, words) {
      if (since < changedVersion || version - since > LATEST) return undefined;
      readOn();
      const found: WrittenDoc[] = [];
      for (let word = 0; word < ROW_WORDS; word += 1) {
        let held = words.reduce((bits, spellings) => bits & holders(word, spellings), ALL_BITS);
        for (; held !== 0; held &= held - 1) {
          const write = writes[word * 32 + 31 - Math.clz32(held & -held)];
          if (write && write.version >= since) found.push(write);
        }
      }
      return found;
    },
  };
}

/** All texts of a doc, and the names of its tags in lower case. */
function lettersOf(index: InvertedIndex, doc: number): Slice[] {
  return [...allTextsOf(index, doc), ...tagNamesOf(index, doc)];
}

function united(some: readonly number[] = [], others: readonly number[]): readonly number[] {
  return some.length === 0 ? others : [...new Set([...some, ...others])];
}

function tagNamesOf({ repositories, tagNames }: InvertedIndex, doc: number): Slice[] {
  const { memory, start, end } = repositories.tagsOf(doc);
  const names: Slice[] = [];
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    names.push(sliceOf(encode(tagNames.names.textAt(tagNameAt(memory, tag)).toLowerCase())));
  }
  return names;
}
