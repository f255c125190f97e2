import { NAMES_A_LIST, STEP } from '../../cost-model.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import type { Tier, TierMatches } from '../../rank/tier.ts';
import { createTierSets, type TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, hasFewerDocs, unite } from '../../structures/bitset.ts';
import type { Bitsets } from '../../structures/bitset-pool.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import type { VisibilityFilter } from '../visibility.ts';

/** What the lists are looked through with. */
export interface TextMatching {
  readonly index: InvertedIndex;
  readonly sets: Bitsets;
  /** Nothing beyond it is asked for; undefined is everything. */
  readonly view?: Pick<VisibilityFilter, 'set'> | undefined;
}

/** Which docs hold a text, and its tier for each, from the lists of the index. */
export interface TierSource {
  /** How many docs hold the text at most. */
  maxDocs(): number;
  /** Adds every doc of `within` that holds the text to the set of its tier; perhaps others that hold it as well. */
  collectTiers(target: TierSets, within: Bitset): Steps<void>;
}

/**
 * Which docs hold a text, and only then its tier, because a page needs the docs of the best tiers alone. `atTier` is
 * called after `collect`.
 */
export interface TextSource extends Pick<TierSource, 'collectTiers'>, TierMatches {
  /** How many docs hold the text at most. */
  maxDocs(): Steps<number>;
  /** How much there is to go through, in lists; nothing where to look at some of all is less. */
  cost(some: Bitset | undefined): Steps<number>;
  /** Adds every doc of `within` that holds the text; perhaps others that hold it as well. */
  collect(target: Bitset, within: Bitset): Steps<void>;
}

/** A source for one text of a query. */
export interface TextMatcher extends TextSource {
  readonly text: string;
  /** Whether `tierOfTexts` gives the tier for any doc, so that writes can keep what was found right. */
  readonly isCacheable: boolean;
  /** The tier for a live doc as it is now; undefined where it does not hold the text. */
  tier(doc: number): Tier | undefined;
}

/** Both steps of a source that takes them at once. */
export function inTwoSteps({ maxDocs, collectTiers }: TierSource, sets: Bitsets): TextSource {
  let tiers: TierSets | undefined;
  let known: number | undefined;
  const maxOnce = () => {
    known ??= maxDocs();
    return known;
  };
  return {
    maxDocs: () => done(maxOnce()),
    cost: (some) => done(some && hasFewerDocs(some, maxOnce()) ? 0 : maxOnce() / NAMES_A_LIST),
    collectTiers,
    collect(target, within) {
      tiers = createTierSets(sets);
      return fillAtOnce(collectTiers(tiers, within), tiers, target);
    },
    atTier: (tier, own) => tiers?.atTier(tier, own),
    update: (doc, tier) => tiers?.update(doc, tier),
  };
}

function* fillAtOnce(filling: Steps<void>, { all }: TierSets, target: Bitset): Steps<void> {
  yield* filling;
  unite(target, all);
}

export interface TierVerification {
  readonly candidates: Uint32Array;
  readonly tierOf: (doc: number) => Tier | undefined;
}

/** Looks at candidates one by one, and adds those that have a tier. */
export function* verifyTiers({ candidates, tierOf }: TierVerification, target: TierSets): Steps<void> {
  for (let from = 0; from < candidates.length; from += STEP.texts) {
    const docs = candidates.subarray(from, from + STEP.texts);
    for (const doc of docs) {
      const tier = tierOf(doc);
      if (tier !== undefined) target.add(tier, doc);
    }
    yield;
  }
}
