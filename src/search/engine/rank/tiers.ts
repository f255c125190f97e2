import type { Bitset } from '../structures/bitset.ts';
import { copySet, intersect, moveCommon } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { ALL_TIERS, TIER, type Tier, type TierMatches } from './match-tier.ts';

/** Hits that fit equally well. */
export interface TierHits {
  readonly tier: Tier;
  readonly set: Bitset;
  readonly count: number;
}

export interface TierSplit {
  readonly all: Bitset;
  /** How many those are. */
  readonly total: number;
  readonly texts: readonly TierMatches[];
  readonly sets: Bitsets;
}

/**
 * Splits what was found by how well it fits, best first, each level only when it is asked for. A repository fits a
 * query as well as the worst of its texts.
 */
export function* tierHitsOf({ all, total, texts, sets }: TierSplit): Generator<TierHits> {
  const left = sets.take();
  copySet(left, all);
  let rest = total;
  const upTo = texts.map((text) => ({ text, set: sets.take() }));
  for (const tier of ALL_TIERS) {
    if (rest === 0 || tier === TIER.text) break;
    if (!addTier(upTo, tier)) continue;
    const hits = sets.take();
    const count = moveCommon(left, commonOf(upTo, sets), hits);
    if (count === 0) continue;
    yield { tier, set: hits, count };
    rest -= count;
  }
  // There is no worse fit, so that nobody need ask who has it.
  if (rest > 0) yield { tier: TIER.text, set: left, count: rest };
}

/** Those that all texts fit this way or better. */
function commonOf([first, ...others]: readonly UpTo[], sets: Bitsets): Bitset {
  if (first && others.length === 0) return first.set;
  const common = sets.take();
  if (first) copySet(common, first.set);
  for (const { set } of others) intersect(common, set);
  return common;
}

/** Those that a text fits this way or better. */
interface UpTo {
  readonly text: TierMatches;
  readonly set: Bitset;
}

/** Says whether any text fits anybody this way; where none does, no level begins. */
function addTier(upTo: readonly UpTo[], tier: Tier): boolean {
  let isAny = false;
  for (const { text, set } of upTo) if (text.addTier(set, tier)) isAny = true;
  return isAny;
}
