import type { Fitting } from './fitting.ts';
import type { Matcher } from './matcher.ts';
import { isShort, type ShortTexts } from './short-texts.ts';
import { unite } from './slot-set.ts';
import { createTextMatcher, type TextMatcher, type TextMatching } from './text-matcher.ts';

/** A text as a condition, which also says how well it fits; to be asked once it was filled. */
export interface TextCondition extends Matcher, Fitting {
  fit: TextMatcher['fit'];
}

export interface KeptTextMatching extends TextMatching {
  readonly shortTexts: ShortTexts;
}

export function createTextCondition(matching: KeptTextMatching, sought: string): TextCondition {
  const { shortTexts } = matching;
  const text = createTextMatcher(matching, sought);
  let fitting: Fitting = text;
  return {
    *most() {
      return shortTexts.countOf(text) ?? (yield* text.most());
    },
    *fill(target) {
      if (!isShort(text)) return yield* text.fill(target);
      const fits = yield* shortTexts.fitsOf(text);
      fitting = fits;
      unite(target, fits.all);
    },
    holds: (slot) => text.fit(slot) !== undefined,
    fit: text.fit,
    addFitting: (target, fit) => fitting.addFitting(target, fit),
    correct: (slot, fit) => fitting.correct(slot, fit),
  };
}
