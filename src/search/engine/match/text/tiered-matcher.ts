import type { Condition } from '../../../query/query.ts';
import type { TierMatches } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, unite } from '../../structures/bitset.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import type { Matcher } from '../matcher.ts';
import type { CachedTexts } from './cached-texts.ts';
import { createPatternText } from './pattern-text.ts';
import { createSpelledText } from './spelled-text.ts';
import { createTextMatcher } from './text-matcher.ts';
import type { TextMatcher, TextMatching } from './text-source.ts';

/** A text as a condition, with its tier for each doc. `atTier` is called after `collect`. */
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
    atTier: (tier, sets) => (asked.cached ?? text).atTier(tier, sets),
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
  cached: TierSets | undefined;
}

function* collect(asked: AskedText, target: Bitset, within: Bitset): Steps<void> {
  const { text, cachedTexts } = asked;
  asked.cached = yield* cachedTexts.tiersOf(text, within);
  if (asked.cached) unite(target, asked.cached.all);
  else yield* text.collect(target, within);
}
