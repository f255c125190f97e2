import { type Bitset, copySet, subtract } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { DEMOTION, TIERS_BY_COST } from './level.ts';
import type { TierMatches } from './match-tier.ts';

/** What docs may cost by one of the things that a query weighs. */
export interface Scale {
  /** The least first. */
  readonly costs: readonly number[];
  /**
   * The docs of one of the costs, of whom some may cost less; undefined where there are none. The last cost is that of
   * all others, and is not asked for.
   */
  docsAt(at: number): Bitset | undefined;
}

export function scaleOfText(text: TierMatches, sets: Pick<Bitsets, 'take'>): Scale {
  const found = new Map<number, Bitset | undefined>();
  const find = (at: number) => {
    const set = sets.take();
    const tier = TIERS_BY_COST[at]?.tier;
    return tier !== undefined && text.addTier(set, tier) ? set : undefined;
  };
  return {
    costs: TIERS_BY_COST.map(({ cost }) => cost),
    docsAt(at) {
      if (!found.has(at)) found.set(at, find(at));
      return found.get(at);
    },
  };
}

export function scaleOfDemotion(demoted: Bitset, all: Bitset, { take }: Pick<Bitsets, 'take'>): Scale {
  const others = take();
  copySet(others, all);
  subtract(others, demoted);
  return { costs: [0, DEMOTION], docsAt: () => others };
}
