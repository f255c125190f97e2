import { addDoc, type Bitset, deleteDoc, growTo } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { ALL_TIERS, type Tier, type TierMatches } from './tier.ts';

/** The docs that hold one text, by tier. The best of the sets that a doc is in counts. */
export interface TierSets extends TierMatches {
  /** Those of all tiers. */
  readonly all: Bitset;
  /** The set of a tier, made when it is first asked for. Whatever is put into it is to be put into `all` as well. */
  of(tier: Tier): Bitset;
  add(tier: Tier, doc: number): void;
  /** How many sets were made. */
  count(): number;
}

export function createTierSets({ take }: Pick<Bitsets, 'take'>): TierSets {
  const all = take();
  const byTier = new Array<Bitset | undefined>(ALL_TIERS.length).fill(undefined);

  const of = (tier: Tier) => {
    const set = byTier[tier] ?? take();
    byTier[tier] = set;
    return set;
  };
  const add = (tier: Tier, doc: number) => {
    addDoc(all, doc);
    addDoc(of(tier), doc);
  };

  return {
    all,
    of,
    add,
    count: () => 1 + byTier.filter((set) => set !== undefined).length,
    atTier: (tier) => byTier[tier],
    update(doc, tier) {
      deleteDoc(all, doc);
      for (const set of byTier) if (set) deleteDoc(set, doc);
      if (tier === undefined) return;
      growTo(all, doc);
      growTo(of(tier), doc);
      add(tier, doc);
    },
  };
}
