import { STEP } from '../cost-model.ts';
import type { TermDictionary } from '../index/term-dictionary.ts';
import { compare, copyOf, type Slice } from '../structures/bytes.ts';
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
  const distanceTo = createEditDistance(typed);
  const found = new Map<number, SimilarTerm>();
  for (const part of unspoiledParts(typed, allowed)) {
    const candidates = terms.candidates(part);
    // Counted through, as in `uniteAll`.
    for (let at = 0; at < candidates.length; at += 1) {
      if ((at + 1) % STEP.spellings === 0) yield;
      const term = candidates[at] ?? 0;
      const longer = terms.lengthOf(term) - length;
      if (longer < -allowed || (longer > allowed && !isUnfinished)) continue;
      const letters = terms.termAt(term);
      const { distance: whole, beginning } = distanceTo(letters);
      const distance = isUnfinished ? beginning : whole;
      if (distance <= allowed) found.set(term, { letters: copyOf(letters), distance });
    }
  }
  return [...found.values()].sort((a, b) => a.distance - b.distance || compare(a.letters, b.letters));
}

/**
 * Parts of a term of which one at least is left in whatever it becomes by so many mistakes: a letter stands between two
 * of them, so that letters that change places do not spoil both. The shortest terms are too short for that.
 */
function unspoiledParts({ bytes, start, end }: Slice, mistakes: number): Slice[] {
  const parts = mistakes + 1;
  const between = end - start > SHORTEST ? 1 : 0;
  const letters = end - start - mistakes * between;
  return Array.from({ length: parts }, (_, at) => ({
    bytes,
    start: start + at * between + Math.floor((letters * at) / parts),
    end: start + at * between + Math.floor((letters * (at + 1)) / parts),
  }));
}
