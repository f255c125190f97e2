import { type CachedSet, createCachedSet } from '../../cache/cached-set.ts';
import { CACHING } from '../../cost-model.ts';
import { tagNameAt } from '../../index/tag-store.ts';
import { type Bitset, countDocs, unite } from '../../structures/bitset.ts';
import { sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import type { Matcher } from '../matcher.ts';
import type { TagMatching } from '../tags/tag-pairs.ts';
import { hasTag } from '../tags/tag-scan.ts';
import { createMeantTest, tagNamesMeant } from './version-word.ts';

type Matching = Pick<TagMatching, 'index' | 'cachedTags'>;

/** Repositories with a tag that a word means. Where thousands of tags are meant, as by `2`, who has them is cached. */
export function createMeantTags({ index, cachedTags }: Matching, meant: readonly string[]): Matcher {
  const { repositories, tagNames } = index;
  const isMeant = createMeantTest(meant);
  const matches = (doc: number) =>
    hasTag(repositories.tagsOf(doc), (row, tag) => isMeant(tagNames.names.at(tagNameAt(row, tag))));
  const sought: Sought = { index, cachedTags, key: `meant ${meant[0]}`, meant, matches, names: undefined };
  return {
    maxDocs: () => maxDocsOf(sought),
    collect: (target) => collect(sought, target),
    matches,
  };
}

interface Sought extends Matching {
  readonly key: string;
  readonly meant: readonly string[];
  readonly matches: Matcher['matches'];
  /** Those of the tags that are meant, once they are known. */
  names: readonly number[] | undefined;
}

function* namesOf(sought: Sought): Steps<readonly number[]> {
  sought.names ??= yield* tagNamesMeant(sought.index, sought.meant);
  return sought.names;
}

function* maxDocsOf(sought: Sought): Steps<number> {
  const { index, cachedTags, key } = sought;
  const cached = cachedTags.get(key);
  return cached ? countDocs(cached.set) : sumOfCounts(index.tagNames.lists, yield* namesOf(sought));
}

function* collect(sought: Sought, target: Bitset): Steps<void> {
  const { index, cachedTags, key } = sought;
  const isCached = cachedTags.get(key) !== undefined || (yield* namesOf(sought)).length > CACHING.fewLists;
  if (isCached) unite(target, (yield* cachedTags.of(key, () => findAll(sought))).set);
  else yield* uniteAll(index.tagNames.lists, yield* namesOf(sought), target);
}

function* findAll(sought: Sought): Steps<CachedSet> {
  const { index, meant, matches } = sought;
  const found = createCachedSet(index, matches);
  yield* uniteAll(index.tagNames.lists, yield* tagNamesMeant(index, meant), found.set);
  return found;
}
