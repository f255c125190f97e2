import { indexOf, type Slice } from './bytes.ts';
import { createDictionary } from './dictionary.ts';
import type { WordPart } from './fit.ts';
import { createGrams } from './grams.ts';
import { createPostings, type Postings } from './postings.ts';
import type { Steps } from './slices.ts';
import { FIELDS, type Field } from './words.ts';

/**
 * Which repositories have which words, and as what. There are far fewer words than repositories, so that looking
 * through the words that hold some part, and uniting the lists of their repositories, finds every substring that does
 * not go beyond a word.
 */
export interface WordIndex {
  /** One list for each word and field: see `listOf`. A slot is in the list of a word's best field alone. */
  readonly lists: Postings;
  /** The number of a word; a new word becomes known. */
  intern(word: Slice): number;
  /** The number of a word, or -1. */
  find(word: Slice): number;
  /** Forgets the word of a list when nobody has it any more. */
  tidy(list: number): void;
  /** All words that hold `part`. */
  matches(part: Slice): Steps<WordMatch[]>;
  wordAt(word: number): Slice;
  /** Every word is below this. */
  end(): number;
  /** For each pair of bytes the words that hold it. */
  pairs(part: Slice): Uint32Array[];
}

export interface WordMatch {
  readonly word: number;
  readonly part: WordPart;
}

export function listOf(word: number, field: Field): number {
  return word * FIELDS + field;
}

export function wordOf(list: number): number {
  return Math.floor(list / FIELDS);
}

/** `slots` tells how many slots there are. */
export function createWordIndex(slots: () => number): WordIndex {
  const words = createDictionary();
  const grams = createGrams();
  const lists = createPostings(slots);

  const isUsed = (word: number) => {
    for (let list = word * FIELDS; list < (word + 1) * FIELDS; list += 1) if (lists.count(list) > 0) return true;
    return false;
  };

  return {
    lists,
    find: words.find,
    intern(letters) {
      const known = words.find(letters);
      if (known >= 0) return known;
      const word = words.intern(letters);
      grams.add(word, letters);
      return word;
    },
    tidy(list) {
      const word = wordOf(list);
      if (isUsed(word)) return;
      grams.remove(word, words.at(word));
      words.drop(word);
    },
    matches: (part) => matchesOf(grams.candidates(part), words.at, part),
    wordAt: words.at,
    end: words.end,
    pairs: grams.pairs,
  };
}

const AT_A_TIME = 2_000;

function* matchesOf(candidates: Uint32Array, wordAt: (word: number) => Slice, part: Slice): Steps<WordMatch[]> {
  const matches: WordMatch[] = [];
  for (const [at, word] of candidates.entries()) {
    const match = matchOf(word, wordAt(word), part);
    if (match) matches.push(match);
    if ((at + 1) % AT_A_TIME === 0) yield;
  }
  return matches;
}

function matchOf(word: number, letters: Slice, part: Slice): WordMatch | undefined {
  const at = indexOf(letters, part);
  if (at < 0) return undefined;
  if (at > letters.start) return { word, part: 'inside' };
  return { word, part: letters.end - letters.start === part.end - part.start ? 'whole' : 'start' };
}
