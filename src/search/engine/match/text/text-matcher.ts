import { isEdge } from '../../index/boundary-ngrams.ts';
import type { EngineIndex } from '../../index/inverted-index.ts';
import { isWordByte } from '../../index/tokens.ts';
import { fitOfSlot } from '../../rank/doc-tier.ts';
import type { Fit, Fitting } from '../../rank/match-tier.ts';
import type { FitPlanes } from '../../rank/tier-planes.ts';
import type { SlotSet } from '../../structures/bitset.ts';
import type { Sets } from '../../structures/bitset-pool.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import type { Matcher } from '../matcher.ts';
import { createAcrossText } from './across-words.ts';
import { createEdgeText } from './boundary.ts';
import type { CachedTexts } from './cached-text.ts';
import { inTwoSteps, type TextSource } from './text-source.ts';
import { createWordText } from './within-word.ts';

export interface TextMatching {
  readonly index: EngineIndex;
  readonly sets: Sets;
}

export interface TextMatcher extends TextSource {
  readonly text: string;
  /** How the text fits a live slot as it is now. */
  fit(slot: number): Fit | undefined;
}

/** `text` is folded and not empty. */
export function createTextMatcher(matching: TextMatching, text: string): TextMatcher {
  const part = sliceOf(encode(text));
  return { ...sourceOf(matching, part), text, fit: (slot) => fitOfSlot(matching.index, slot, part) };
}

function sourceOf(matching: TextMatching, part: Slice): TextSource {
  if (part.bytes.every(isWordByte)) return createWordText(matching.index, part);
  const source = isEdge(part) ? createEdgeText(matching, part) : createAcrossText(matching, part);
  return inTwoSteps(source, matching.sets);
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
