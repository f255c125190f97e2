import { ALL_FIELDS, termsOf } from '../index/fields.ts';
import type { Interpreting } from '../interpret/interpretation.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import { decode, encode, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { mayBeMistaken, type SimilarTerm, similarTerms } from './similar-terms.ts';
import { countNames } from './visible-names.ts';

export interface Correcting extends VisibleIndex, Pick<Interpreting, 'isKnown'> {}

/**
 * A text with each word that nothing has replaced by the nearest that a repository that may be seen has; undefined
 * where nothing is near.
 */
export function* correctText(correcting: Correcting, text: string): Steps<string | undefined> {
  const typed = encode(text);
  const parts: Buffer[] = [];
  let end = 0;
  let isChanged = false;
  for (const [from, to] of termsOf(sliceOf(typed))) {
    const word = typed.subarray(from, to);
    const meant = yield* nearestTerm(correcting, word.toString());
    parts.push(typed.subarray(end, from), meant === undefined ? word : encode(meant));
    isChanged ||= meant !== undefined;
    end = to;
  }
  return isChanged ? Buffer.concat([...parts, typed.subarray(end)]).toString() : undefined;
}

const LEAST_LETTERS = 3;
/** Words that are looked for in one text, of which each is compared with thousands. */
const MAX_SOUGHT = 3;
const IS_WORD = /^[a-z0-9]+$/;

/** A word cut in two of which names have one as it is, with what the other may be. */
export function* correctOneOfTwo(correcting: Correcting, text: string): Steps<string[]> {
  if (!IS_WORD.test(text) || !mayBeMistaken(text.length)) return [];
  const found: string[] = [];
  let sought = 0;
  for (let cut = LEAST_LETTERS; cut <= text.length - LEAST_LETTERS && sought < MAX_SOUGHT; cut += 1) {
    const [left, right] = [text.slice(0, cut), text.slice(cut)];
    const [hasLeft, hasRight] = [countNames(correcting, left) > 0, countNames(correcting, right) > 0];
    sought += Number(hasLeft) + Number(hasRight);
    const meantRight = hasLeft ? yield* nearestTerm(correcting, right) : undefined;
    const meantLeft = hasRight ? yield* nearestTerm(correcting, left) : undefined;
    if (meantRight !== undefined) found.push(left + meantRight);
    if (meantLeft !== undefined) found.push(meantLeft + right);
  }
  return found;
}

/** Terms that are looked at of all that are near. */
const TRIED = 64;

interface Candidate {
  readonly term: string;
  /** Mistakes between it and what was typed, and what makes it less likely. */
  readonly cost: number;
  readonly names: number;
}

/** Undefined where the term is known, and where nothing is near. */
function* nearestTerm({ isKnown, ...viewing }: Correcting, typed: string): Steps<string | undefined> {
  if (!mayBeMistaken(encode(typed).length)) return undefined;
  if (countNames(viewing, typed, ALL_FIELDS) > 0 || (yield* isKnown({ kind: 'text', text: typed }))) return undefined;
  const similar = yield* similarTerms(viewing.index.terms, sliceOf(encode(typed)));
  return yield* bestOf(viewing, typed, similar);
}

/** The term that begins most nearly as what was typed; undefined where none does, and for what is of several words. */
export function* nearestBeginning(viewing: VisibleIndex, typed: string): Steps<string | undefined> {
  if (!IS_WORD.test(typed) || !mayBeMistaken(typed.length)) return undefined;
  const similar = yield* similarTerms(viewing.index.terms, sliceOf(encode(typed)), { isUnfinished: true });
  return yield* bestOf(viewing, typed, similar);
}

function* bestOf(viewing: VisibleIndex, typed: string, similar: readonly SimilarTerm[]): Steps<string | undefined> {
  let best: Candidate | undefined;
  for (const one of similar.slice(0, TRIED)) {
    if (best && one.distance > best.cost) break;
    const candidate = candidateOf(viewing, typed, one);
    if (candidate && (!best || isBetter(candidate, best))) best = candidate;
    yield;
  }
  return best?.term;
}

/** Terms of names are meant rather than terms of texts; and hardly anybody mistakes the first letter. */
const TEXT_COST = 1;
const FIRST_LETTER_COST = 0.5;

function candidateOf(viewing: VisibleIndex, typed: string, { letters, distance }: SimilarTerm): Candidate | undefined {
  const term = decode(letters);
  const names = countNames(viewing, term);
  if (names === 0 && countNames(viewing, term, ALL_FIELDS) === 0) return undefined;
  const cost = distance + (names === 0 ? TEXT_COST : 0) + (term[0] === typed[0] ? 0 : FIRST_LETTER_COST);
  return { term, cost, names };
}

/** Of two that are as near the one that more names have. */
function isBetter(one: Candidate, other: Candidate): boolean {
  return one.cost < other.cost || (one.cost === other.cost && one.names > other.names);
}
