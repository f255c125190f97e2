import type { Bitset } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';

/**
 * How well a text fits a repository, best first. The order is what a person means by a word in a registry: the
 * repository of that name, then one whose last component it is; text that happens to hold it, and addresses, at the
 * very end.
 */
export const TIER = {
  name: 0,
  lastComponent: 1,
  component: 2,
  prefix: 3,
  term: 4,
  insideTerm: 5,
  text: 6,
  address: 7,
} as const;

export type Tier = (typeof TIER)[keyof typeof TIER];

/** The best first. */
export const ALL_TIERS: readonly Tier[] = Object.values(TIER);

/** The tiers of the docs that hold one text. */
export interface TierMatches {
  /**
   * The docs of which this is the tier, perhaps some of a better tier as well; undefined where there are none. Not to be
   * changed. What is not there as a set becomes one of `sets`.
   */
  atTier(tier: Tier, sets: Pick<Bitsets, 'take'>): Bitset | undefined;
  /** Takes over the tier of a doc that was written after the docs that hold the text were found. */
  update(doc: number, tier: Tier | undefined): void;
}
