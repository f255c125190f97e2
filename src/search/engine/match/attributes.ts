import { fold } from '../../fold.ts';
import { ARTIFACT, CHART, type Condition, IMAGE } from '../../query/query.ts';
import type { RepositoryAttributes } from '../index/doc-store.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { fillFrom, sumOfCounts } from '../structures/postings.ts';
import { done } from '../structures/scheduler.ts';
import type { Matcher } from './matcher.ts';

/** Few sets of attributes differ, so that a condition on them is a choice of some. */
export function createAttributesMatcher(
  { repositories, byAttributes }: InvertedIndex,
  matches: (one: RepositoryAttributes) => boolean,
): Matcher {
  return {
    maxDocs: () => done(sumOfCounts(byAttributes, repositories.attributeSets.idsWhere(matches))),
    collect: (target) => fillFrom(byAttributes, repositories.attributeSets.idsWhere(matches), target),
    matches: (doc) => matches(repositories.attributesOf(doc)),
  };
}

const KNOWN_TYPES: ReadonlySet<string> = new Set([IMAGE, CHART]);

export function createTypeMatcher(index: InvertedIndex, { type }: Extract<Condition, { kind: 'type' }>): Matcher {
  return createAttributesMatcher(index, ({ types }) => types.some((one) => isType(fold(one), type)));
}

/**
 * A type is what it is called, or has it as one of its words: `application/vnd.wasm.content.layer.v1+wasm` is `wasm`.
 */
function isType(type: string, wanted: string): boolean {
  if (wanted === ARTIFACT) return !KNOWN_TYPES.has(type);
  return type === wanted || (!KNOWN_TYPES.has(wanted) && type.split(/[^a-z0-9]+/).includes(wanted));
}

export function createReferrerMatcher(
  index: InvertedIndex,
  { referrer }: Extract<Condition, { kind: 'referrer' }>,
): Matcher {
  return createAttributesMatcher(index, ({ referrers }) => referrers.includes(referrer));
}
