import { createAdmission } from '../../cache/admission.ts';
import type { CachedResult, QueryCache } from '../../cache/query-cache.ts';
import type { CachingPolicy } from '../../cost-model.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { letterPairsOf } from '../../index/ngrams.ts';
import { tierOfTexts } from '../../rank/doc-tier.ts';
import { createTierSets, type TierSets } from '../../rank/tier-sets.ts';
import { type Bitset, countDocs, hasDoc } from '../../structures/bitset.ts';
import type { Bitsets } from '../../structures/bitset-pool.ts';
import { encode, sliceOf } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createTextMatcher } from './text-matcher.ts';
import type { TextMatcher } from './text-source.ts';

/**
 * The tiers of texts that take long to find, and are asked for again, for every doc: a letter or two, a syllable,
 * `team-`.
 */
export interface CachedTexts {
  /**
   * The tier of a text for every doc; to be changed by nothing but `update`, with what is true. Undefined for a text
   * that is not cached: it is found quickly, or has not been asked for often enough, or is quicker to look for within a
   * set.
   */
  tiersOf(text: TextMatcher, within: Bitset): Steps<TierSets | undefined>;
  /** How many docs hold it, if it is cached. */
  countOf(text: TextMatcher): number | undefined;
}

interface CachedText extends CachedResult {
  readonly tiers: TierSets;
  readonly count: () => number;
}

export interface CachedTextsDeps {
  readonly index: InvertedIndex;
  readonly cache: QueryCache;
  readonly policy: CachingPolicy;
  /** Bitsets of which each cached text keeps some. */
  readonly newBitsets: () => Bitsets;
}

export function createCachedTexts({ index, cache, policy, newBitsets }: CachedTextsDeps): CachedTexts {
  const admission = createAdmission(policy, index.repositories.end);
  const texts = cache.kind<CachedText>('text', admission.evicted);
  const find = (text: string) => texts.of(text, (sets) => findText({ index, sets, newBitsets }, text));
  const isAdmitted = (text: string, lists: number) => admission.admits(text, lists);
  return {
    tiersOf: (text, within) =>
      tiersOf({ index, find, isAdmitted, isCached: texts.get(text.text) !== undefined }, text, within),
    countOf: ({ text, isCacheable }) => (isCacheable ? texts.get(text)?.count() : undefined),
  };
}

interface TextLookup {
  readonly index: InvertedIndex;
  readonly isCached: boolean;
  readonly isAdmitted: (text: string, lists: number) => boolean;
  readonly find: (text: string) => Steps<CachedText>;
}

function* tiersOf(
  { index, isCached, isAdmitted, find }: TextLookup,
  { text, cost, isCacheable }: TextMatcher,
  within: Bitset,
): Steps<TierSets | undefined> {
  if (!isCacheable) return undefined;
  if (!isCached && !isAdmitted(text, yield* cost(within === index.live ? undefined : within))) return undefined;
  const { tiers } = yield* find(text);
  return tiers;
}

interface TextFinding {
  readonly index: InvertedIndex;
  /** For finding it. */
  readonly sets: Bitsets;
  /** For keeping it. */
  readonly newBitsets: () => Bitsets;
}

function* findText({ index, sets, newBitsets }: TextFinding, text: string): Steps<CachedText> {
  const own = newBitsets();
  const tiers = createTierSets(own);
  yield* createTextMatcher({ index, sets }, text).collectTiers(tiers, index.live);
  return createCachedText(text, { tiers, release: own.end });
}

interface FoundText {
  readonly tiers: TierSets;
  readonly release: () => void;
}

function createCachedText(text: string, { tiers, release }: FoundText): CachedText {
  const sought = sliceOf(encode(text));
  const { all: pairs } = letterPairsOf([sought]);
  let count = countDocs(tiers.all);
  return {
    tiers,
    count: () => count,
    bitsPerDoc: tiers.count(),
    release,
    update({ doc, hasNewTexts, textsWith }) {
      if (!hasNewTexts) return;
      const texts = textsWith(pairs);
      const tier = texts && tierOfTexts(texts, sought);
      const held = hasDoc(tiers.all, doc);
      if (tier === undefined && !held) return;
      count += Number(tier !== undefined) - Number(held);
      tiers.update(doc, tier);
    },
  };
}
