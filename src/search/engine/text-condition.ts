import type { FitPlanes } from './fit-planes.ts';
import type { Fitting } from './fitting.ts';
import type { Matcher } from './matcher.ts';
import type { ShortTexts } from './short-texts.ts';
import { done, type Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';
import { createTextMatcher, type TextMatcher, type TextMatching } from './text-matcher.ts';

/** A text as a condition, which also says how well it fits; to be asked once it was filled. */
export interface TextCondition extends Matcher, Fitting {
  fit: TextMatcher['fit'];
}

export interface KeptTextMatching extends TextMatching {
  readonly shortTexts: ShortTexts;
}

export function createTextCondition(matching: KeptTextMatching, sought: string): TextCondition {
  const text = createTextMatcher(matching, sought);
  return matching.shortTexts.has(text) ? createShortCondition(matching, text) : { ...text, holds: holdsOf(text) };
}

function holdsOf(text: TextMatcher): Matcher['holds'] {
  return (slot) => text.fit(slot) !== undefined;
}

function createShortCondition({ shortTexts }: KeptTextMatching, text: TextMatcher): TextCondition {
  const kept: KeptFits = { fits: undefined };
  return {
    most() {
      const count = shortTexts.countOf(text);
      return count === undefined ? text.most() : done(count);
    },
    fill: (target) => fillShort(kept, shortTexts.fitsOf(text), target),
    holds: holdsOf(text),
    fit: text.fit,
    addFitting: (target, fit) => kept.fits?.addFitting(target, fit) ?? false,
    correct: (slot, fit) => kept.fits?.correct(slot, fit),
  };
}

interface KeptFits {
  /** Once they are asked for. */
  fits: FitPlanes | undefined;
}

function* fillShort(kept: KeptFits, finding: Steps<FitPlanes>, target: SlotSet): Steps<void> {
  kept.fits = yield* finding;
  kept.fits.addAll(target);
}
