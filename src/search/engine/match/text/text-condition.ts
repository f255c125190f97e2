import { type CachingPolicy, createAdmission } from '../../cache/caching-policy.ts';
import type { CachedResult, QueryCache } from '../../cache/query-cache.ts';
import type { EngineIndex } from '../../index/inverted-index.ts';
import { letterPairsOf } from '../../index/letter-pairs.ts';
import { fitOfTexts } from '../../rank/doc-tier.ts';
import type { Fitting } from '../../rank/match-tier.ts';
import { BITS_A_SLOT, createFitPlanes, type FitPlanes } from '../../rank/tier-planes.ts';
import { createFitSets, type FitSets } from '../../rank/tier-sets.ts';
import { countSet, type SlotSet } from '../../structures/bitset.ts';
import type { Sets } from '../../structures/bitset-pool.ts';
import { encode, sliceOf } from '../../structures/bytes.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import type { Matcher } from '../matcher.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { TextMatching } from './text-source.ts';

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

/** A text as a condition, which also says how well it fits; to be asked once it was filled. */
export interface TextCondition extends Matcher, Fitting {
  fit: TextMatcher['fit'];
}

export interface CachedTextMatching extends TextMatching {
  readonly cachedTexts: CachedTexts;
}

export function createTextCondition(matching: CachedTextMatching, sought: string): TextCondition {
  const { cachedTexts } = matching;
  const text = createTextMatcher(matching, sought);
  const asked: AskedText = { text, cachedTexts, cached: undefined };
  return {
    most() {
      const count = cachedTexts.countOf(text);
      return count === undefined ? text.most() : done(count);
    },
    fill: (target, within) => fill(asked, target, within),
    holds: (slot) => text.fit(slot) !== undefined,
    fit: text.fit,
    addFitting: (target, fit) => (asked.cached ?? text).addFitting(target, fit),
    correct: (slot, fit) => (asked.cached ?? text).correct(slot, fit),
  };
}

interface AskedText extends Pick<CachedTextMatching, 'cachedTexts'> {
  readonly text: TextMatcher;
  /** Once it was filled, if it is cached. */
  cached: FitPlanes | undefined;
}

function* fill(asked: AskedText, target: SlotSet, within: SlotSet): Steps<void> {
  const { text, cachedTexts } = asked;
  asked.cached = yield* cachedTexts.fitsOf(text, within);
  if (asked.cached) asked.cached.addAll(target);
  else yield* text.fill(target, within);
}
