import { type CachingPolicy, createAdmission } from '../../cache/caching-policy.ts';
import type { CachedResult, QueryCache } from '../../cache/query-cache.ts';
import type { EngineIndex } from '../../index/inverted-index.ts';
import { letterPairsOf } from '../../index/letter-pairs.ts';
import { fitOfTexts } from '../../rank/doc-tier.ts';
import { BITS_A_SLOT, createFitPlanes, type FitPlanes } from '../../rank/tier-planes.ts';
import { createFitSets, type FitSets } from '../../rank/tier-sets.ts';
import { countSet, type SlotSet } from '../../structures/bitset.ts';
import type { Sets } from '../../structures/bitset-pool.ts';
import { encode, sliceOf } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';

/** How texts that take long to find, and are asked for again, fit every slot: a letter or two, a syllable, `team-`. */
export interface CachedTexts {
  /**
   * How a text fits every slot; not to be changed but by `correct`, with what is true. Undefined for a text that is not
   * cached: it is found quickly, or has not been asked for often enough, or is sooner looked for within a set.
   */
  fitsOf(text: TextMatcher, within: SlotSet): Steps<FitPlanes | undefined>;
  /** How many slots hold it, if it is cached. */
  countOf(text: TextMatcher): number | undefined;
}

interface CachedText extends CachedResult {
  readonly fits: FitPlanes;
  readonly count: () => number;
}

export interface CachedTextsDeps {
  readonly index: EngineIndex;
  readonly cache: QueryCache;
  readonly policy: CachingPolicy;
  /** Sets of which each cached text keeps some. */
  readonly newSets: () => Sets;
}

export function createCachedTexts({ index, cache, policy, newSets }: CachedTextsDeps): CachedTexts {
  const admission = createAdmission(policy, index.repositories.end);
  const texts = cache.kind<CachedText>('text', admission.evicted);
  const find = (text: string) => texts.of(text, (sets) => findText({ index, sets, newSets }, text));
  const isAdmitted = (text: string, lists: number) => admission.admits(text, lists);
  return {
    fitsOf: (text, within) =>
      fitsOf({ index, find, isAdmitted, isCached: texts.get(text.text) !== undefined }, text, within),
    countOf: ({ text }) => texts.get(text)?.count(),
  };
}

interface Finding {
  readonly index: EngineIndex;
  readonly isCached: boolean;
  readonly isAdmitted: (text: string, lists: number) => boolean;
  readonly find: (text: string) => Steps<CachedText>;
}

function* fitsOf(
  { index, isCached, isAdmitted, find }: Finding,
  { text, cost }: TextMatcher,
  within: SlotSet,
): Steps<FitPlanes | undefined> {
  if (!isCached && !isAdmitted(text, yield* cost(within === index.live ? undefined : within))) return undefined;
  const { fits } = yield* find(text);
  return fits;
}

interface TextFinding {
  readonly index: EngineIndex;
  /** For finding it. */
  readonly sets: Sets;
  /** For keeping it. */
  readonly newSets: () => Sets;
}

function* findText({ index, sets, newSets }: TextFinding, text: string): Steps<CachedText> {
  const found = createFitSets(sets);
  yield* createTextMatcher({ index, sets }, text).fillFits(found, index.live);
  const own = newSets();
  return createCachedText(text, { fits: yield* writeDown(found, own), count: countSet(found.all), release: own.end });
}

function* writeDown(found: FitSets, own: Sets): Steps<FitPlanes> {
  const fits = createFitPlanes(own);
  for (const [fit, set] of found.worstFirst()) {
    fits.write(set, fit);
    yield;
  }
  return fits;
}

interface FoundText {
  readonly fits: FitPlanes;
  readonly count: number;
  readonly release: () => void;
}

function createCachedText(text: string, { fits, count: found, release }: FoundText): CachedText {
  const part = sliceOf(encode(text));
  const { all: pairs } = letterPairsOf([part]);
  let count = found;
  return {
    fits,
    count: () => count,
    bitsPerSlot: BITS_A_SLOT,
    release,
    update({ slot, hasNewTexts, textsWith }) {
      if (!hasNewTexts) return;
      const texts = textsWith(pairs);
      const fit = texts && fitOfTexts(texts, part);
      const held = fits.holds(slot);
      if (fit === undefined && !held) return;
      count += Number(fit !== undefined) - Number(held);
      fits.correct(slot, fit);
    },
  };
}
