import { type Bitset, copySet, moveCommon, moveCommonOfBoth, subtract, uniteCommon } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { DEMOTION, TIERS_BY_COST } from './level.ts';
import type { TierMatches } from './match-tier.ts';

/**
 * What docs cost by something that a query weighs. Sets may hold docs that cost less as well; so the costs are to be
 * gone through from the least, and whatever is found at one is looked for no more.
 */
export interface Costs {
  /** The least first. */
  readonly all: readonly number[];
  /** The docs of one cost; undefined where there are none. Found when it is first asked for. */
  of(cost: number): Bitset | undefined;
  /** Moves those of a set that have this cost to another; says how many they are. */
  move(from: Bitset, cost: number, to: Bitset): number;
}

type Sets = Pick<Bitsets, 'take'>;

/** Of one text. */
export function costsOfText(text: TierMatches, sets: Sets): Costs {
  return costsBy([...TIERS_BY_COST.keys()], (cost) => {
    const set = sets.take();
    const tier = TIERS_BY_COST.get(cost);
    return tier !== undefined && text.addTier(set, tier) ? set : undefined;
  });
}

/** Of what is put back or not. */
export function costsOfDemotion(demoted: Bitset, all: Bitset, sets: Sets): Costs {
  return costsBy([0, DEMOTION], (cost) => {
    if (cost === DEMOTION) return demoted;
    const others = sets.take();
    copySet(others, all);
    subtract(others, demoted);
    return others;
  });
}

function costsBy(all: readonly number[], find: (cost: number) => Bitset | undefined): Costs {
  const of = once(find);
  return {
    all,
    of,
    move(from, cost, to) {
      const set = of(cost);
      return set ? moveCommon(from, set, to) : 0;
    },
  };
}

/** The sums of two costs. */
export function sumOf(a: Costs, b: Costs, sets: Sets): Costs {
  const sums = new Set(a.all.flatMap((cost) => b.all.map((other) => cost + other)));
  const pairs = (sum: number) =>
    a.all.map((cost) => [cost, sum - cost] as const).filter(([, rest]) => b.all.includes(rest));
  const bothOf = ([cost, other]: readonly [number, number]) => {
    const [one, two] = [a.of(cost), b.of(other)];
    return one && two ? [[one, two] as const] : [];
  };
  return {
    all: [...sums].sort((one, other) => one - other),
    of: once((sum) => {
      const both = pairs(sum).flatMap(bothOf);
      if (both.length === 0) return undefined;
      const set = sets.take();
      for (const [one, two] of both) uniteCommon(set, one, two);
      return set;
    }),
    move(from, sum, to) {
      let count = 0;
      for (const pair of pairs(sum))
        for (const [one, two] of bothOf(pair)) count += moveCommonOfBoth(from, [one, two], to);
      return count;
    },
  };
}

function once(find: (cost: number) => Bitset | undefined): (cost: number) => Bitset | undefined {
  const found = new Map<number, Bitset | undefined>();
  return (cost) => {
    if (!found.has(cost)) found.set(cost, find(cost));
    return found.get(cost);
  };
}
