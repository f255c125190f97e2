import { STEP } from '../cost-model.ts';
import type { TermDictionary } from '../index/term-dictionary.ts';
import { compare, copyOf, type Slice } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { createEditDistance, LONGEST_WORD } from './edit-distance.ts';

export interface SimilarWord {
  /** A copy, for the word may be forgotten while others have a turn. */
  readonly letters: Slice;
  readonly distance: number;
}

/** Shorter words are similar to too many others. */
const SHORTEST = 4;
/** From this length on two mistakes are forgiven. */
const LONG = 8;

/** Whether a word of so many bytes may be taken for another one. Longer ones are sums or sentences. */
export function mayBeMistaken(length: number): boolean {
  return length >= SHORTEST && length <= LONGEST_WORD;
}

/** One mistake spoils at most so many pairs of letters, so that similar words share the others. */
const SPOILED = 3;

/**
 * Words that may have been meant by `typed`, nearest first; it is of letters and digits alone, folded. Where
 * that is unfinished, it is compared with the beginnings of words.
 */
export function* similarWords(
  words: TermDictionary,
  typed: Slice,
  { isUnfinished = false } = {},
): Steps<SimilarWord[]> {
  const length = typed.end - typed.start;
  if (!mayBeMistaken(length)) return [];
  const allowed = length < LONG ? 1 : 2;
  const distanceTo = createEditDistance(typed);
  const found: SimilarWord[] = [];
  const candidates = words.sharing(typed, allowed * SPOILED);
  // Counted through, as in `uniteAll`.
  for (let at = 0; at < candidates.length; at += 1) {
    if ((at + 1) % STEP.spellings === 0) yield;
    const letters = words.wordAt(candidates[at] ?? 0);
    const longer = letters.end - letters.start - length;
    if (longer < -allowed || (longer > allowed && !isUnfinished)) continue;
    const { distance: whole, beginning } = distanceTo(letters);
    const distance = isUnfinished ? beginning : whole;
    if (distance <= allowed) found.push({ letters: copyOf(letters), distance });
  }
  return found.sort((a, b) => a.distance - b.distance || compare(a.letters, b.letters));
}
