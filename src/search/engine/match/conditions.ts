import { withoutMarks } from '../../fold.ts';
import { createGlob } from '../../glob.ts';
import type { Condition } from '../../query/query.ts';
import { STEP } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { labelKeyOf } from '../index/label-text.ts';
import { digestList } from '../index/tag-postings.ts';
import { createDigestTest, digestWords } from '../index/tag-store.ts';
import { packLabel } from '../index/writer.ts';
import { addAll, addDoc, type Bitset } from '../structures/bitset.ts';
import { copyOf, decode, encode, isSame, type Slice, sliceOf, startsWith } from '../structures/bytes.ts';
import { fillFrom } from '../structures/postings.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import { visitPrefix } from '../structures/sorted-list.ts';
import { createReferrerMatcher, createTypeMatcher } from './attributes.ts';
import { collectEach, type Matcher, sumOfMaxDocs } from './matcher.ts';
import type { TagMatching } from './tags/tag-pairs.ts';
import { createTagMatcher } from './tags/tag-query.ts';
import { hasTag, verifyTags } from './tags/tag-scan.ts';
import { createNameMatcher } from './text/name-matcher.ts';
import { type CachedTextMatching, createTieredTextMatcher } from './text/tiered-matcher.ts';

/** What the conditions of one query are matched with. */
export type Matching = TagMatching & CachedTextMatching;

export function createConditionMatcher(matching: Matching, condition: Condition): Matcher {
  const { index } = matching;
  switch (condition.kind) {
    case 'text':
    case 'pattern':
    case 'spelled':
      return createTieredTextMatcher(matching, condition);
    case 'name':
      return createNameMatcher(matching, condition.path);
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
    case 'any':
      return createAnyMatcher(condition.of.map((one) => createConditionMatcher(matching, one)));
  }
}

type Only<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

/** Whether one of several conditions holds. */
function createAnyMatcher(matchers: readonly Matcher[]): Matcher {
  return {
    maxDocs: () => sumOfMaxDocs(matchers),
    collect: (target, within) => collectEach(matchers, target, within),
    matches: (doc) => matchers.some((matcher) => matcher.matches(doc)),
  };
}

function createNamespaceMatcher(index: InvertedIndex, { namespace }: Only<'namespace'>): Matcher {
  const { repositories, byName } = index;
  if (namespace.includes('*')) return createNamespaceGlobMatcher(index, namespace);
  const prefix = sliceOf(encode(`${namespace}/`));
  return {
    // Names are not counted by how they begin.
    maxDocs: () => done(repositories.end()),
    collect(target) {
      const names = { order: byName, nameOf: repositories.nameOf, from: prefix };
      return visitPrefix(names, { room: new Uint32Array(STEP.unread), visit: (docs) => addAll(target, docs) });
    },
    matches: (doc) => startsWith(repositories.nameOf(doc), prefix),
  };
}

/** Component by component, so that a star stands for no slash. */
function createNamespaceGlobMatcher({ repositories, byName }: InvertedIndex, namespace: string): Matcher {
  const globs = namespace.split('/').map(createGlob);
  const matches = (doc: number) => {
    const components = repositories.nameTextOf(doc).split('/');
    return components.length > globs.length && globs.every((fits, at) => fits(components[at] ?? ''));
  };
  const from = sliceOf(encode(namespace.slice(0, namespace.indexOf('*'))));
  return {
    maxDocs: () => done(repositories.end()),
    collect(target) {
      const visit = (docs: Uint32Array) => {
        for (const doc of docs) if (matches(doc)) addDoc(target, doc);
      };
      return visitPrefix(
        { order: byName, nameOf: repositories.nameOf, from },
        { room: new Uint32Array(STEP.sorted), visit },
      );
    },
    matches,
  };
}

function createLabelMatcher(index: InvertedIndex, condition: Only<'label'>): Matcher {
  const { repositories, labels, labelKeys } = index;
  const key = withoutMarks(condition.key);
  const value = condition.value === undefined ? undefined : withoutMarks(condition.value);
  if (value !== undefined && condition.isGlob) return createLabelGlobMatcher(index, key, value);
  const sought = value === undefined ? sliceOf(encode(key)) : copyOf(packLabel(index.byteWriter, key, value));
  const { names, lists } = value === undefined ? labelKeys : labels;
  const isSought = (label: Slice) => isSame(value === undefined ? labelKeyOf(label) : label, sought);
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

/** Labels are kept in no order, so that every doc with the key is looked at. */
function createLabelGlobMatcher(
  { repositories, labels, labelKeys }: InvertedIndex,
  key: string,
  glob: string,
): Matcher {
  const fits = createGlob(glob);
  const keySlice = sliceOf(encode(key));
  const isSought = (label: Slice) => {
    const ofLabel = labelKeyOf(label);
    return isSame(ofLabel, keySlice) && fits(decode({ ...label, start: ofLabel.end + 1 }));
  };
  const matches = (doc: number) => repositories.labelsOf(doc).some((id) => isSought(labels.names.at(id)));
  const idOfKey = () => labelKeys.names.find(keySlice);
  return {
    maxDocs: () => done(idOfKey() < 0 ? 0 : labelKeys.lists.count(idOfKey())),
    collect: (target) =>
      addMatching(idOfKey() < 0 ? new Uint32Array(0) : labelKeys.lists.docs(idOfKey()), matches, target),
    matches,
  };
}

function* addMatching(docs: Uint32Array, matches: Matcher['matches'], target: Bitset): Steps<void> {
  for (const [at, doc] of docs.entries()) {
    if (at % STEP.texts === 0) yield;
    if (matches(doc)) addDoc(target, doc);
  }
}

function createDigestMatcher(index: InvertedIndex, { digest }: Only<'digest'>): Matcher {
  const { repositories, byDigest } = index;
  const isTag = createDigestTest(index, digest);
  const list = digestList(digestWords(digest)[0] ?? 0);
  return {
    maxDocs: () => done(byDigest.count(list)),
    collect(target) {
      const candidates = byDigest.docs(list);
      return verifyTags(repositories, { candidates, matches: (tags) => hasTag(tags, isTag) }, target);
    },
    matches: (doc) => hasTag(repositories.tagsOf(doc), isTag),
  };
}
