import type { Serializable } from '../../archive.ts';
import { STEP } from '../cost-model.ts';
import type { TermPart } from '../rank/term-tier.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { createDictionary } from '../structures/dictionary.ts';
import { createPostings, type Postings } from '../structures/postings.ts';
import type { Steps } from '../structures/scheduler.ts';
import { FIELDS } from './fields.ts';
import { createNgrams } from './ngrams.ts';

/**
 * The repositories that have each term, by field. There are far fewer terms than repositories, so a substring within a
 * term is found by searching the terms for it and uniting the lists of those that hold it.
 */
export interface TermDictionary extends Serializable {
  /** One list for each term and field: see `listOf`. A doc is in the list of a term's best field alone. */
  readonly lists: Postings;
  /** The number of a term; a new term becomes known. */
  intern(term: Slice): number;
  /** The number of a term, or -1. */
  find(term: Slice): number;
  /** Forgets the term of a list when no repository has it any more. */
  tidy(list: number): void;
  /** Calls `visit` with each term that holds `sought`, and with which part of the term that is. */
  eachMatch(sought: Slice, visit: VisitMatch): Steps<void>;
  /** How many terms are searched for that. */
  mostMatches(sought: Slice): number;
  /** A superset of the terms that hold `sought`. */
  candidates(sought: Slice): Uint32Array;
  termAt(term: number): Slice;
  /** In bytes. */
  lengthOf(term: number): number;
}

export type VisitMatch = (term: number, which: TermPart) => void;

function termOf(list: number): number {
  return Math.floor(list / FIELDS);
}

/** `docs` is the number of all docs. */
export function createTermDictionary(docs: () => number): TermDictionary {
  const terms = createDictionary();
  const grams = createNgrams();
  const lists = createPostings(docs);

  const isUsed = (term: number) => {
    for (let list = term * FIELDS; list < (term + 1) * FIELDS; list += 1) if (lists.count(list) > 0) return true;
    return false;
  };

  return {
    lists,
    find: terms.find,
    intern(letters) {
      const known = terms.find(letters);
      if (known >= 0) return known;
      const term = terms.intern(letters);
      grams.add(term, letters);
      return term;
    },
    tidy(list) {
      const term = termOf(list);
      if (isUsed(term)) return;
      grams.remove(term, terms.at(term));
      terms.drop(term);
    },
    eachMatch: (sought, visit) =>
      visitMatches({ candidates: grams.candidates(sought), termAt: terms.at, sought }, visit),
    mostMatches: grams.count,
    candidates: grams.candidates,
    termAt: terms.at,
    lengthOf: terms.lengthOf,
    *serialize(archive) {
      for (const part of [terms, grams, lists]) yield* part.serialize(archive);
    },
  };
}

interface TermMatching {
  /** A superset of the terms that hold `sought`. */
  readonly candidates: Uint32Array;
  readonly termAt: (term: number) => Slice;
  readonly sought: Slice;
}

function* visitMatches({ candidates, termAt, sought }: TermMatching, visit: VisitMatch): Steps<void> {
  for (let at = 0; at < candidates.length; at += 1) {
    const term = candidates[at] ?? 0;
    const which = partOf(termAt(term), sought);
    if (which) visit(term, which);
    if ((at + 1) % STEP.texts === 0) yield;
  }
}

/** Which part of a term a text is; undefined where the term does not hold it. */
function partOf(term: Slice, sought: Slice): TermPart | undefined {
  const at = indexOf(term, sought);
  if (at < 0) return undefined;
  if (at > term.start) return 'inside';
  return term.end - term.start === sought.end - sought.start ? 'whole' : 'start';
}
