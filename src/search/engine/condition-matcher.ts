import type { Condition } from '../query/query.ts';
import { createDigestMatcher } from './digest-matcher.ts';
import {
  createLabelMatcher,
  createNamespaceMatcher,
  createReferrerMatcher,
  createTypeMatcher,
} from './filter-matchers.ts';
import type { Matcher } from './matcher.ts';
import { createTagMatcher } from './tag-matcher.ts';
import type { TagMatching } from './tag-pairs.ts';
import { type CachedTextMatching, createTextCondition } from './text-condition.ts';

/** What the conditions of one query are matched with. */
export type Matching = TagMatching & CachedTextMatching;

export function createConditionMatcher(matching: Matching, condition: Condition): Matcher {
  const { index } = matching;
  switch (condition.kind) {
    case 'text':
      return createTextCondition(matching, condition.text);
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
