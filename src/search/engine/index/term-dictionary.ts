import type { Serializable } from '../../archive.ts';
import { STEP } from '../cost-model.ts';
import type { WordPart } from '../rank/match-tier.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { createDictionary } from '../structures/dictionary.ts';
import { createPostings, type Postings } from '../structures/postings.ts';
import type { Steps } from '../structures/scheduler.ts';
import { createNgrams } from './ngrams.ts';
import { FIELDS } from './tokens.ts';

/**
 * The repositories that have each word, by field. There are far fewer words than repositories, so a substring within a
 * word is found by searching the words for it and uniting the lists of those that hold it.
 */
export interface TermDictionary extends Serializable {
  /** One list for each word and field: see `listOf`. A doc is in the list of a word's best field alone. */
  readonly lists: Postings;
  /** The number of a word; a new word becomes known. */
  intern(word: Slice): number;
  /** The number of a word, or -1. */
  find(word: Slice): number;
  /** Forgets the word of a list when no repository has it any more. */
  tidy(list: number): void;
  /** Calls `visit` with each word that holds `part`, and with which part of the word that is. */
  eachMatch(part: Slice, visit: VisitMatch): Steps<void>;
  /** How many words are searched for that. */
  mostMatches(part: Slice): number;
  /** A superset of the words that hold `part`. */
  candidates(part: Slice): Uint32Array;
  termAt(word: number): Slice;
  /** In bytes. */
  lengthOf(word: number): number;
}

export type VisitMatch = (word: number, part: WordPart) => void;

function wordOf(list: number): number {
  return Math.floor(list / FIELDS);
}

/** `docs` is the number of all docs. */
export function createTermDictionary(docs: () => number): TermDictionary {
  const words = createDictionary();
  const grams = createNgrams();
  const lists = createPostings(docs);

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
    eachMatch: (part, visit) => visitMatches({ candidates: grams.candidates(part), termAt: words.at, part }, visit),
    mostMatches: grams.count,
    candidates: grams.candidates,
    termAt: words.at,
    lengthOf: words.lengthOf,
    *serialize(archive) {
      for (const part of [words, grams, lists]) yield* part.serialize(archive);
    },
  };
}

interface Matching {
  /** A superset of the words that hold `part`. */
  readonly candidates: Uint32Array;
  readonly termAt: (word: number) => Slice;
  readonly part: Slice;
}

function* visitMatches({ candidates, termAt, part }: Matching, visit: VisitMatch): Steps<void> {
  for (let at = 0; at < candidates.length; at += 1) {
    const word = candidates[at] ?? 0;
    const which = partOf(termAt(word), part);
    if (which) visit(word, which);
    if ((at + 1) % STEP.texts === 0) yield;
  }
}

/** Which part of a word a text is; undefined where the word does not hold it. */
function partOf(word: Slice, part: Slice): WordPart | undefined {
  const at = indexOf(word, part);
  if (at < 0) return undefined;
  if (at > word.start) return 'inside';
  return word.end - word.start === part.end - part.start ? 'whole' : 'start';
}
