import { BYTE_CLASSES } from '../index/fields.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/ngrams.ts';
import { TAG_WORDS, tagNameAt } from '../index/tag-store.ts';
import { docTextsOf } from '../index/text-postings.ts';
import type { Upserted } from '../index/writer.ts';
import { encode, type Slice, sliceOf } from '../structures/bytes.ts';
import { doubleAt, uint32At } from '../structures/typed.ts';

/** The letters of one word: each is the pairs of neighbouring letters of a text that may stand for it. */
export type Spellings = readonly (readonly number[])[];

/** What was written last, by the letters of it. */
export interface RecentWrites {
  written(write: Pick<Upserted, 'doc' | 'onlyGained'>): void;
  /** How many writes there were. */
  version(): number;
  /**
   * The docs that were written since a version and have the letters of each word, in texts or in names of tags, and
   * perhaps others. Undefined where a doc did more than gain tags, or where too many were written.
   */
  holdersSince(version: number, words: readonly Spellings[]): readonly number[] | undefined;
}

/** Ten seconds of a hundred pushes a second. */
const LATEST = 1_024;
const ROW_WORDS = LATEST / 32;

/**
 * For each pair of letters a row of bits, one for each of the latest writes: so it is found for all of them at once
 * which have some letters.
 */
export function createRecentWrites(index: InvertedIndex): RecentWrites {
  const rows = new Uint32Array(BYTE_CLASSES ** 2 * ROW_WORDS);
  /** By the bit of a write: its doc, the version before it, and its pairs of letters in `rows`. */
  const docs = new Uint32Array(LATEST);
  const versions = new Float64Array(LATEST).fill(-1);
  const pairs: (readonly number[])[] = Array.from({ length: LATEST }, () => []);
  let version = 0;
  /** After the latest write that did more than gain tags. */
  let changedVersion = 0;
  /** Before the first write that is not in `rows`. */
  let readVersion = 0;

  const flip = (bit: number) => {
    for (const pair of pairs[bit] ?? []) {
      const at = pair * ROW_WORDS + (bit >>> 5);
      rows[at] = uint32At(rows, at) ^ (1 << (bit & 31));
    }
  };

  /** Only what is asked for: nobody asks during a backfill. */
  const readOn = () => {
    readVersion = Math.max(readVersion, changedVersion, version - LATEST);
    for (; readVersion < version; readVersion += 1) {
      const bit = readVersion % LATEST;
      flip(bit);
      pairs[bit] = letterPairsOf(lettersOf(index, uint32At(docs, bit))).all;
      flip(bit);
    }
  };

  /** The writes of one word of all rows that have the letters of a word. */
  const holders = (word: number, spellings: Spellings) =>
    spellings.reduce(
      (some, each) => some | each.reduce((all, pair) => all & uint32At(rows, pair * ROW_WORDS + word), ALL_BITS),
      0,
    );

  return {
    written({ doc, onlyGained }) {
      docs[version % LATEST] = doc;
      versions[version % LATEST] = version;
      version += 1;
      if (!onlyGained) changedVersion = version;
    },
    version: () => version,
    holdersSince(since, words) {
      if (since < changedVersion || version - since > LATEST) return undefined;
      readOn();
      const found = new Set<number>();
      for (let word = 0; word < ROW_WORDS; word += 1) {
        let held = words.reduce((bits, spellings) => bits & holders(word, spellings), ALL_BITS);
        for (; held !== 0; held &= held - 1) {
          const bit = word * 32 + 31 - Math.clz32(held & -held);
          if (doubleAt(versions, bit) >= since) found.add(uint32At(docs, bit));
        }
      }
      return [...found];
    },
  };
}

const ALL_BITS = ~0;

/** All texts of a doc, and the names of its tags in lower case. */
function lettersOf(index: InvertedIndex, doc: number): Slice[] {
  const texts = docTextsOf(index, doc);
  return texts ? [texts.name, ...texts.others, ...texts.addresses, ...tagNamesOf(index, doc)] : [];
}

function tagNamesOf({ repositories, tagNames }: InvertedIndex, doc: number): Slice[] {
  const { memory, start, end } = repositories.tagsOf(doc);
  const names: Slice[] = [];
  for (let tag = start; tag < end; tag += TAG_WORDS) {
    names.push(sliceOf(encode(tagNames.names.textAt(tagNameAt(memory, tag)).toLowerCase())));
  }
  return names;
}
