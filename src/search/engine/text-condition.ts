import type { CachedTexts } from './cached-text.ts';
import type { FitPlanes } from './fit-planes.ts';
import type { Fitting } from './fitting.ts';
import type { Matcher } from './matcher.ts';
import { done, type Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';
import { createTextMatcher, type TextMatcher, type TextMatching } from './text-matcher.ts';

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
