import { fold, withoutMarks } from '../../fold.ts';
import type { Condition } from '../../query/query.ts';
import type { Profile } from '../index/doc-store.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { keyOf } from '../index/text-postings.ts';
import { packLabel } from '../index/writer.ts';
import { addDoc, type Bitset } from '../structures/bitset.ts';
import { copyOf, encode, isSame, type Slice, sliceOf, startsWith } from '../structures/bytes.ts';
import { type Postings, sumOfCounts, uniteAll } from '../structures/postings.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { walkPrefix } from '../structures/sorted-list.ts';
import { createDigestMatcher } from './digest.ts';
import type { Matcher } from './matcher.ts';
import type { TagMatching } from './tags/tag-pairs.ts';
import { createTagMatcher } from './tags/tag-query.ts';
import { type CachedTextMatching, createTextCondition } from './text/text-condition.ts';

/** What the conditions of one query are matched with. */
export type Matching = TagMatching & CachedTextMatching;

export function createConditionMatcher(matching: Matching, condition: Condition): Matcher {
  const { index } = matching;
  switch (condition.kind) {
    case 'text':
    case 'pattern':
    case 'spelled':
      return createTextCondition(matching, condition);
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

type Only<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

function createNamespaceMatcher(index: InvertedIndex, { namespace }: Only<'namespace'>): Matcher {
  const { repositories, byName } = index;
  const prefix = sliceOf(encode(`${namespace}/`));
  return {
    // Names are not counted by how they begin.
    maxDocs: () => done(repositories.end()),
    collect(target) {
      const walk = { order: byName, nameOf: repositories.nameOf, from: prefix };
      return walkPrefix(walk, (doc) => addDoc(target, doc));
    },
    matches: (doc) => startsWith(repositories.nameOf(doc), prefix),
  };
}

function createTypeMatcher(index: InvertedIndex, { type }: Only<'type'>): Matcher {
  return createProfileMatcher(index, ({ types }) => types.some((one) => fold(one) === type));
}

function createReferrerMatcher(index: InvertedIndex, { referrer }: Only<'referrer'>): Matcher {
  return createProfileMatcher(index, ({ referrers }) => referrers.includes(referrer));
}

/** There are few profiles, so that a condition on them is a choice of some. */
function createProfileMatcher({ repositories, byProfile }: InvertedIndex, matches: (one: Profile) => boolean): Matcher {
  return {
    maxDocs: () => done(sumOfCounts(byProfile, repositories.profiles.idsWhere(matches))),
    collect: (target) => fillFrom(byProfile, repositories.profiles.idsWhere(matches), target),
    matches: (doc) => matches(repositories.profileOf(doc)),
  };
}

function* fillFrom(postings: Postings, lists: readonly number[], target: Bitset): Steps<void> {
  yield* uniteAll(postings, lists, target);
}

function createLabelMatcher(index: InvertedIndex, condition: Only<'label'>): Matcher {
  const { repositories, labels, labelKeys } = index;
  const key = withoutMarks(condition.key);
  const value = condition.value === undefined ? undefined : withoutMarks(condition.value);
  const sought = value === undefined ? sliceOf(encode(key)) : copyOf(packLabel(index.writer, key, value));
  const { names, lists } = value === undefined ? labelKeys : labels;
  const isSought = (label: Slice) => isSame(value === undefined ? keyOf(label) : label, sought);
  return {
    maxDocs() {
      const id = names.find(sought);
      return done(id < 0 ? 0 : lists.count(id));
    },
    collect(target) {
      const id = names.find(sought);
      return fillFrom(lists, id < 0 ? [] : [id], target);
    },
    matches: (doc) => repositories.labelsOf(doc).some((id) => isSought(labels.names.at(id))),
  };
}
