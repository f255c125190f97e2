import type { FitPlanes } from './fit-planes.ts';
import type { Fitting } from './fitting.ts';
import type { KeptTexts } from './kept-texts.ts';
import type { Matcher } from './matcher.ts';
import { done, type Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';
import { createTextMatcher, type TextMatcher, type TextMatching } from './text-matcher.ts';

/** A text as a condition, which also says how well it fits; to be asked once it was filled. */
export interface TextCondition extends Matcher, Fitting {
  fit: TextMatcher['fit'];
}

export interface KeptTextMatching extends TextMatching {
  readonly keptTexts: KeptTexts;
}

export function createTextCondition(matching: KeptTextMatching, sought: string): TextCondition {
  const { keptTexts } = matching;
  const text = createTextMatcher(matching, sought);
  const asked: AskedText = { text, keptTexts, kept: undefined };
  return {
    most() {
      const count = keptTexts.countOf(text);
      return count === undefined ? text.most() : done(count);
    },
    fill: (target, within) => fill(asked, target, within),
    holds: (slot) => text.fit(slot) !== undefined,
    fit: text.fit,
    addFitting: (target, fit) => (asked.kept ?? text).addFitting(target, fit),
    correct: (slot, fit) => (asked.kept ?? text).correct(slot, fit),
  };
}

interface AskedText extends Pick<KeptTextMatching, 'keptTexts'> {
  readonly text: TextMatcher;
  /** Once it was filled, if it is kept. */
  kept: FitPlanes | undefined;
}

function* fill(asked: AskedText, target: SlotSet, within: SlotSet): Steps<void> {
  const { text, keptTexts } = asked;
  asked.kept = yield* keptTexts.fitsOf(text, within);
  if (asked.kept) asked.kept.addAll(target);
  else yield* text.fill(target, within);
}
