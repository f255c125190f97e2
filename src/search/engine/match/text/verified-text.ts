import type { Tier } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, docsOf } from '../../structures/bitset.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import { inTwoSteps, type TextMatcher, type TextMatching, verifyTiers } from './text-source.ts';

export interface VerifiedText {
  readonly text: string;
  readonly maxDocs: () => Steps<number>;
  /** Docs of `within` of which some may hold the text, and none that does is missing. */
  readonly candidates: (within: Bitset) => Steps<Bitset>;
  readonly tier: (doc: number) => Tier | undefined;
}

/** A text of which the lists say only roughly who holds it: candidates are looked at one by one. It is not cached. */
export function createVerifiedText(matching: TextMatching, sought: VerifiedText): TextMatcher {
  const { text, maxDocs, tier } = sought;
  const collectTiers = (target: TierSets, within: Bitset) => verify(sought, { target, within });
  return {
    ...inTwoSteps({ maxDocs: () => 0, collectTiers }, matching.sets),
    maxDocs,
    cost: () => done(0),
    text,
    isCacheable: false,
    tier,
  };
}

interface Verifying {
  readonly target: TierSets;
  readonly within: Bitset;
}

function* verify({ candidates, tier }: VerifiedText, { target, within }: Verifying): Steps<void> {
  const docs = docsOf(yield* candidates(within));
  yield* verifyTiers({ candidates: docs, tierOf: tier }, target);
}
