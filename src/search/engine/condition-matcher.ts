import type { Condition } from '../query/query.ts';
import { createDigestMatcher } from './digest-matcher.ts';
import {
  createLabelMatcher,
  createNamespaceMatcher,
  createReferrerMatcher,
  createTypeMatcher,
} from './filter-matchers.ts';
import { createFitSets, type FitSets } from './fit-sets.ts';
import type { Matcher } from './matcher.ts';
import { isShort, type ShortTexts } from './short-texts.ts';
import type { Steps } from './slices.ts';
import { createTagMatcher } from './tag-matcher.ts';
import type { TagMatching } from './tag-pairs.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';

/** What the conditions of one query are matched with. */
export interface Matching extends TagMatching {
  readonly shortTexts: ShortTexts;
}

export function createConditionMatcher(matching: Matching, condition: Condition): Matcher {
  const { index } = matching;
  switch (condition.kind) {
    case 'text':
      return createPlainMatcher(matching, condition.text);
    case 'namespace':
      return createNamespaceMatcher(index, condition);
    case 'type':
      return createTypeMatcher(index, condition);
    case 'label':
      return createLabelMatcher(index, condition);
    case 'referrer':
      return createReferrerMatcher(index, condition);
    case 'digest':
      return createDigestMatcher(index, condition);
    case 'tag':
      return createTagMatcher(matching, condition.clause);
  }
}

/** A text of which it does not matter how it fits. */
function createPlainMatcher(matching: Matching, sought: string): Matcher {
  const text = createTextMatcher(matching.index, sought);
  return {
    *fill(target) {
      const fits = yield* fitsOf(matching, text);
      fits.uniteInto(target);
    },
    holds: (slot) => text.fit(slot) !== undefined,
  };
}

/** How a text fits everybody. */
export function* fitsOf({ sets, shortTexts }: Matching, text: TextMatcher): Steps<FitSets> {
  if (isShort(text)) return yield* shortTexts.fitsOf(text);
  const fits = createFitSets(sets);
  yield* text.fill(fits);
  return fits;
}
