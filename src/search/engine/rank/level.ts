import { ALL_TIERS, TIER, type Tier } from './tier.ts';

/** What the tier of each text adds to the level of a repository. */
const COST: Readonly<Record<Tier, number>> = {
  [TIER.name]: 0,
  [TIER.lastComponent]: 1,
  [TIER.component]: 2,
  [TIER.prefix]: 3,
  [TIER.term]: 4,
  [TIER.insideTerm]: 5,
  [TIER.text]: 8,
  [TIER.address]: 11,
};

export function costOf(tier: Tier): number {
  return COST[tier];
}

/** Each tier with its cost, the least first; the whole name is a level of its own. */
export const TIERS_BY_COST = ALL_TIERS.filter((tier) => tier !== TIER.name).map((tier) => ({ tier, cost: COST[tier] }));

/** So many texts of a query count, the longest: a sentence has words that say little. */
export const WEIGHED_TEXTS = 4;

/** Added to the level of what the client cannot use: after those with a name that fits, before all others. */
export const DEMOTION = 6;

/** The level of whatever is exactly a text of the query. */
export const EXACT_LEVEL = 0;

/** The level of a repository that fits at no cost, but for those of the exact level. */
export function firstLevelOf(texts: number): number {
  return texts === 0 ? 0 : 1;
}

/** How well a repository fits a query: all that its level follows from. */
export interface Fit {
  /** Of each text of the query, the longest text first. */
  readonly tiers: readonly Tier[];
  readonly isDemoted: boolean;
}

/** 0 is the best, and the lower the better. */
export function levelOf({ tiers, isDemoted }: Fit): number {
  if (tiers.includes(TIER.name)) return EXACT_LEVEL;
  const costs = tiers.slice(0, WEIGHED_TEXTS).map(costOf);
  return costs.reduce((sum, cost) => sum + cost, firstLevelOf(tiers.length)) + (isDemoted ? DEMOTION : 0);
}
