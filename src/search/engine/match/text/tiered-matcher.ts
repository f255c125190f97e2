import type { Condition } from '../../../query/query.ts';
import { TIER, type Tier, type TierMatches } from '../../rank/tier.ts';
import type { TierPlanes } from '../../rank/tier-planes.ts';
import type { Bitset } from '../../structures/bitset.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import type { Matcher } from '../matcher.ts';
import type { CachedTexts } from './cached-texts.ts';
import { createPatternText } from './pattern-text.ts';
import { createSpelledText } from './spelled-text.ts';
import { createTextMatcher } from './text-matcher.ts';
import type { TextMatcher, TextMatching } from './text-source.ts';

/** A text as a condition, which also tells its tier for each doc. `addTier` is called after `collect`. */
export interface TieredMatcher extends Matcher, TierMatches {
  tier: TextMatcher['tier'];
}

export interface CachedTextMatching extends TextMatching {
  readonly cachedTexts: CachedTexts;
}

export type TextualCondition = Extract<Condition, { kind: 'text' | 'pattern' | 'spelled' }>;

export function isTextual(condition: Condition): condition is TextualCondition {
  return condition.kind === 'text' || condition.kind === 'pattern' || condition.kind === 'spelled';
}

export function createTieredTextMatcher(matching: CachedTextMatching, sought: TextualCondition): TieredMatcher {
  const { cachedTexts } = matching;
  const text = matcherOf(matching, sought);
  const asked: AskedText = { text, cachedTexts, cached: undefined };
  return {
    maxDocs() {
      const count = cachedTexts.countOf(text);
      return count === undefined ? text.maxDocs() : done(count);
    },
    collect: (target, within) => collect(asked, target, within),
    matches: (doc) => text.tier(doc) !== undefined,
    tier: text.tier,
    addTier: (target, tier) => (asked.cached ?? text).addTier(target, tier),
    update: (doc, tier) => (asked.cached ?? text).update(doc, tier),
  };
}

function matcherOf(matching: TextMatching, sought: TextualCondition): TextMatcher {
  if (sought.kind === 'text') return createTextMatcher(matching, sought.text);
  return sought.kind === 'pattern' ? createPatternText(matching, sought.text) : createSpelledText(matching, sought);
}

interface AskedText extends Pick<CachedTextMatching, 'cachedTexts'> {
  readonly text: TextMatcher;
  /** After `collect`, if the text is cached. */
  cached: TierPlanes | undefined;
}

function* collect(asked: AskedText, target: Bitset, within: Bitset): Steps<void> {
  const { text, cachedTexts } = asked;
  asked.cached = yield* cachedTexts.tiersOf(text, within);
  if (asked.cached) asked.cached.addAll(target);
  else yield* text.collect(target, within);
}

/** Docs whose name is the path or ends with its components: those for which the path, as a text, has such a tier. */
export function createNameMatcher(matching: CachedTextMatching, path: string): TieredMatcher {
  const text = createTieredTextMatcher(matching, { kind: 'text', text: path });
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

function* collectWhole(text: TieredMatcher, target: Bitset, { beside, within }: Sets): Steps<void> {
  yield* text.collect(beside, within);
  text.addTier(target, TIER.name);
  text.addTier(target, TIER.lastComponent);
}

function wholeTier(tier: Tier | undefined): Tier | undefined {
  return tier !== undefined && tier <= TIER.lastComponent ? tier : undefined;
}
