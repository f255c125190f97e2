import { STEP } from '../cost-model.ts';
import type { TermDictionary } from '../index/term-dictionary.ts';
import { compare, copyOf, indexOf, type Slice } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { createEditDistance, LONGEST_WORD } from './edit-distance.ts';

export interface SimilarTerm {
  /** A copy, for the term may be forgotten while others have a turn. */
  readonly letters: Slice;
  readonly distance: number;
}

/** Shorter terms are similar to too many others. */
const SHORTEST = 4;
/** From this length on two mistakes are forgiven. */
const LONG = 8;

/** Whether what was typed, of so many bytes, may be a mistake for a term. Longer ones are sums or sentences. */
export function mayBeMistaken(length: number): boolean {
  return length >= SHORTEST && length <= LONGEST_WORD;
}

/**
 * Terms that may have been meant by `typed`, nearest first; it is of letters and digits alone, folded. Where
 * that is unfinished, it is compared with the beginnings of terms.
 */
export function* similarTerms(
  terms: TermDictionary,
  typed: Slice,
  { isUnfinished = false } = {},
): Steps<SimilarTerm[]> {
  const length = typed.end - typed.start;
  if (!mayBeMistaken(length)) return [];
  const allowed = length < LONG ? 1 : 2;
  const distanceTo = createEditDistance(typed, allowed);
  const found = new Map<number, SimilarTerm>();
  for (const part of unspoiledParts(terms, typed, allowed)) {
    const candidates = terms.candidates(part);
    // Counted through, as in `uniteAll`.
    for (let at = 0; at < candidates.length; at += 1) {
      if ((at + 1) % STEP.spellings === 0) yield;
      const term = candidates[at] ?? 0;
      const longer = terms.lengthOf(term) - length;
      if (longer < -allowed || (longer > allowed && !isUnfinished)) continue;
      const letters = terms.termAt(term);
      if (!standsNear(letters, part, { place: part.start - typed.start, allowed })) continue;
      const { distance: whole, beginning } = distanceTo(letters);
      const distance = isUnfinished ? beginning : whole;
      if (distance <= allowed) found.set(term, { letters: copyOf(letters), distance });
    }
  }
  return [...found.values()].sort((a, b) => a.distance - b.distance || compare(a.letters, b.letters));
}

interface Place {
  /** Of a part in what was typed. */
  readonly place: number;
  /** Mistakes that may have moved it, each by a letter. */
  readonly allowed: number;
}

function standsNear({ bytes, start, end }: Slice, part: Slice, { place, allowed }: Place): boolean {
  const from = start + Math.max(0, place - allowed);
  const to = Math.min(end, start + place + (part.end - part.start) + allowed);
  return indexOf({ bytes, start: from, end: to }, part) >= 0;
}

/**
 * Parts of a term of which one at least is left in whatever it becomes by so many mistakes: a letter stands between two
 * of them, so that letters that change places do not spoil both. The shortest terms are too short for that. Of all such
 * parts those that the fewest terms hold.
 */
function unspoiledParts(terms: TermDictionary, typed: Slice, mistakes: number): readonly Slice[] {
  const between = typed.end - typed.start > SHORTEST ? 1 : 0;
  const counted = countedParts(terms, typed);
  /** By each letter the rarest from there on. */
  let rarest: Choice[] = [];
  for (let chosen = 0; chosen <= mistakes; chosen += 1) {
    const behind = rarest;
    rarest = [];
    let best = NO_CHOICE;
    for (const { part, count } of counted) {
      const others = chosen === 0 ? NOTHING : (behind[part.end + between] ?? NO_CHOICE);
      const sum = count + others.count;
      if (sum < best.count) best = { parts: [part, ...others.parts], count: sum };
      rarest[part.start] = best;
    }
  }
  return rarest[typed.start]?.parts ?? [];
}

interface Choice {
  readonly parts: readonly Slice[];
  /** How many terms hold one of them at most. */
  readonly count: number;
}

const NOTHING: Choice = { parts: [], count: 0 };
const NO_CHOICE: Choice = { parts: [], count: Number.POSITIVE_INFINITY };

/** A single letter is in most terms, and more than three are looked for by three of them. */
const LETTERS_OF_PARTS = [2, 3] as const;

interface CountedPart {
  readonly part: Slice;
  /** How many terms hold it. */
  readonly count: number;
}

/** The last first. */
function countedParts(terms: TermDictionary, typed: Slice): CountedPart[] {
  const counted: CountedPart[] = [];
  for (let start = typed.end - 1; start >= typed.start; start -= 1) {
    for (const letters of LETTERS_OF_PARTS) {
      const part = { ...typed, start, end: start + letters };
      if (part.end <= typed.end) counted.push({ part, count: terms.mostMatches(part) });
    }
  }
  return counted;
}
