import { FIELD, type Field, isWordByte, SLASH } from '../index/tokens.ts';
import type { Bitset } from '../structures/bitset.ts';
import { indexOf, type Slice } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';

/**
 * How well a text fits a repository, best first. The order is what a person means by a word in a registry: the
 * repository of that name, then one whose last component it is; text that happens to hold it, and addresses, at the very end.
 */
export const TIER = {
  name: 0,
  lastComponent: 1,
  component: 2,
  prefix: 3,
  word: 4,
  insideWord: 5,
  text: 6,
  address: 7,
} as const;

export type Tier = (typeof TIER)[keyof typeof TIER];

/** The best first. */
export const ALL_TIERS: readonly Tier[] = Object.values(TIER);

/**
 * The best fit of `text` (not empty, folded) at any place in the name; undefined when it is nowhere. Where it is known
 * that no fit can be better than one, nothing better is looked for.
 */
export function tierInName(name: Slice, text: Slice, bestPossible: Tier = TIER.name): Tier | undefined {
  let best: Tier | undefined;
  for (let at = indexOf(name, text); at >= 0; at = indexOf(name, text, at + 1)) {
    const tier = tierAt(name, at, at + text.end - text.start);
    if (best === undefined || tier < best) best = tier;
    if (best <= bestPossible) break;
  }
  return best;
}

/** How a piece of a name fits it. */
export function tierAt({ bytes, start, end }: Slice, from: number, to: number): Tier {
  const isStart = from === start || byteAt(bytes, from - 1) === SLASH;
  if (!isStart) return isWordByte(byteAt(bytes, from - 1)) ? TIER.insideWord : TIER.word;
  if (to === end) return from === start ? TIER.name : TIER.lastComponent;
  return byteAt(bytes, to) === SLASH ? TIER.component : TIER.prefix;
}

/** How a text that is part of a word fits docs that have the word: what `tierInName` finds, but for TIER.name. */
export function tierOfWord(field: Field, part: WordPart): Tier {
  if (field === FIELD.text) return TIER.text;
  if (field === FIELD.address) return TIER.address;
  if (part === 'inside') return TIER.insideWord;
  if (field === FIELD.nameWord) return TIER.word;
  if (part === 'start' || field === FIELD.componentStart) return TIER.prefix;
  return field === FIELD.lastComponent ? TIER.lastComponent : TIER.component;
}

/** Which part of a word a text is. */
export type WordPart = 'whole' | 'start' | 'inside';

/** How well one text fits the docs that hold it. */
export interface TierMatches {
  /**
   * Adds those that the text fits this way at best; perhaps some that it fits better as well. Says whether there may
   * be any.
   */
  addTier(target: Bitset, tier: Tier): boolean;
  /** Takes over how the text fits a doc that was written after the docs that hold the text were found. */
  update(doc: number, tier: Tier | undefined): void;
}
