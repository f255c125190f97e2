import { FIELD, type Field, isWordByte, SLASH } from '../index/tokens.ts';
import type { SlotSet } from '../structures/bitset.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

/**
 * How well a text fits a repository, best first. The order is what a person means by a word in a registry: the
 * repository of that name, then one whose last component it is, and text that happens to hold it at the very end.
 */
export const FIT = {
  name: 0,
  lastComponent: 1,
  component: 2,
  prefix: 3,
  word: 4,
  insideWord: 5,
  text: 6,
} as const;

export type Fit = (typeof FIT)[keyof typeof FIT];

/** The best first. */
export const ALL_FITS: readonly Fit[] = Object.values(FIT);

/**
 * The best fit of `text` (not empty, folded) at any place in the name; undefined when it is nowhere. Where it is known
 * that no fit can be better than one, nothing better is looked for.
 */
export function fitInName(name: Slice, text: Slice, bestPossible: Fit = FIT.name): Fit | undefined {
  let best: Fit | undefined;
  for (let at = indexOf(name, text); at >= 0; at = indexOf(name, text, at + 1)) {
    const fit = fitAt(name, at, at + text.end - text.start);
    if (best === undefined || fit < best) best = fit;
    if (best <= bestPossible) break;
  }
  return best;
}

function fitAt({ bytes, start, end }: Slice, from: number, to: number): Fit {
  const isStart = from === start || byteAt(bytes, from - 1) === SLASH;
  if (!isStart) return isWordByte(byteAt(bytes, from - 1)) ? FIT.insideWord : FIT.word;
  if (to === end) return from === start ? FIT.name : FIT.lastComponent;
  return byteAt(bytes, to) === SLASH ? FIT.component : FIT.prefix;
}

/** How a text that is part of a word fits whoever has the word: the same that `fitInName` finds, but for FIT.name. */
export function fitOfWord(field: Field, part: WordPart): Fit {
  if (field === FIELD.text) return FIT.text;
  if (part === 'inside') return FIT.insideWord;
  if (field === FIELD.nameWord) return FIT.word;
  if (part === 'start' || field === FIELD.componentStart) return FIT.prefix;
  return field === FIELD.lastComponent ? FIT.lastComponent : FIT.component;
}

/** Which part of a word a text is. */
export type WordPart = 'whole' | 'start' | 'inside';

/** How well one text fits whoever holds it. */
export interface Fitting {
  /**
   * Adds those that the text fits this way at best; perhaps some that it fits better as well. Says whether there may
   * be any.
   */
  addFitting(target: SlotSet, fit: Fit): boolean;
  /** To be told how the text fits a slot that was written after it was found out who holds the text. */
  correct(slot: number, fit: Fit | undefined): void;
}
