import { TIER, type Tier } from '../../rank/match-tier.ts';
import type { Bitset } from '../../structures/bitset.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { type CachedTextMatching, createTextCondition, type TextCondition } from './text-condition.ts';

/** Docs whose name is the path or ends with its components: those that it fits as a text no worse than that. */
export function createNameCondition(matching: CachedTextMatching, path: string): TextCondition {
  const text = createTextCondition(matching, { kind: 'text', text: path });
  const tier = (doc: number) => wholeTier(text.tier(doc));
  return {
    ...text,
    collect: (target, within) => collectWhole(text, target, { beside: matching.sets.take(), within }),
    matches: (doc) => tier(doc) !== undefined,
    tier,
  };
}

interface Sets {
  /** For those that have the text otherwise as well. */
  readonly beside: Bitset;
  readonly within: Bitset;
}

function* collectWhole(text: TextCondition, target: Bitset, { beside, within }: Sets): Steps<void> {
  yield* text.collect(beside, within);
  text.addTier(target, TIER.name);
  text.addTier(target, TIER.lastComponent);
}

function wholeTier(tier: Tier | undefined): Tier | undefined {
  return tier !== undefined && tier <= TIER.lastComponent ? tier : undefined;
}
