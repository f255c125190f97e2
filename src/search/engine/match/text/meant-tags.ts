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

type MeantMatching = Pick<TagMatching, 'index' | 'cachedTags'>;

/** Repositories with a tag that a word means. Where thousands of tags are meant, as by `2`, who has them is cached. */
export function createMeantTags({ index, cachedTags }: MeantMatching, meant: readonly string[]): Matcher {
  const { repositories, tagNames } = index;
  const isMeant = createMeantTest(meant);
  const matches = (doc: number) =>
    hasTag(repositories.tagsOf(doc), (row, tag) => isMeant(tagNames.names.at(tagNameAt(row, tag))));
  const search: TagSearch = { index, cachedTags, key: `meant ${meant[0]}`, meant, matches, names: undefined };
  return {
    maxDocs: () => maxDocsOf(search),
    collect: (target) => collect(search, target),
    matches,
  };
}

interface TagSearch extends MeantMatching {
  readonly key: string;
  readonly meant: readonly string[];
  readonly matches: Matcher['matches'];
  /** Those of the tags that are meant, once they are known. */
  names: readonly number[] | undefined;
}

function* namesOf(search: TagSearch): Steps<readonly number[]> {
  search.names ??= yield* tagNamesMeant(search.index, search.meant);
  return search.names;
}

function* maxDocsOf(search: TagSearch): Steps<number> {
  const { index, cachedTags, key } = search;
  const cached = cachedTags.get(key);
  return cached ? countDocs(cached.set) : sumOfCounts(index.tagNames.lists, yield* namesOf(search));
}

function* collect(search: TagSearch, target: Bitset): Steps<void> {
  const { index, cachedTags, key } = search;
  const isCached = cachedTags.get(key) !== undefined || (yield* namesOf(search)).length > CACHING.fewLists;
  if (isCached) unite(target, (yield* cachedTags.of(key, () => findAll(search))).set);
  else yield* uniteAll(index.tagNames.lists, yield* namesOf(search), target);
}

function* findAll(search: TagSearch): Steps<CachedSet> {
  const { index, meant, matches } = search;
  const found = createCachedSet(index, matches);
  yield* uniteAll(index.tagNames.lists, yield* tagNamesMeant(index, meant), found.set);
  return found;
}
