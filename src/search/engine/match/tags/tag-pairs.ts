import type { TagClause } from '../../../query/query.ts';
import { type CachedSet, createCachedSet } from '../../cache/cached-set.ts';
import type { ResultCache } from '../../cache/query-cache.ts';
import { FEW_READ_DOCS } from '../../cost-model.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { type Bitset, countDocs, docsOf, intersect } from '../../structures/bitset.ts';
import type { Bitsets } from '../../structures/bitset-pool.ts';
import { sumOfCounts, uniteAll } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { chooseTags, type TagChoice } from './tag-filter.ts';
import { createTagTest, hasScanned, scanOf, verifyTags } from './tag-scan.ts';

interface PairMatching {
  readonly index: InvertedIndex;
  readonly sets: Bitsets;
}

export interface TagMatching extends PairMatching {
  /** Of names and platforms of tags that many repositories have. */
  readonly cachedTags: ResultCache<CachedSet>;
}

export interface ClauseSearch {
  readonly clause: TagClause;
  readonly within: Bitset;
}

export interface Choosing extends ClauseSearch {
  readonly choice: TagChoice;
}

/**
 * At least those of `within` of which one tag has a name and attributes of the choice, whenever it was pushed. Lists
 * say it all of names and of attributes, but not which are on the same tag.
 */
export function* chosenRepositories(matching: TagMatching, { clause, choice, within }: Choosing): Steps<Bitset> {
  if (!choice.names || !choice.attributes) return yield* uniteChoice(matching, choice);
  const { names, platforms } = clause;
  const timeless = { names, platforms, fromMs: undefined, beforeMs: undefined };
  const { index, sets, cachedTags } = matching;
  if (!areFew(index, choice, within)) {
    const find = (own: Bitsets) => findPairs({ index, sets: own }, timeless);
    return (yield* cachedTags.of(JSON.stringify([names, platforms]), find)).set;
  }
  const target = sets.take();
  yield* fillPairs(matching, { clause: timeless, within }, target);
  return target;
}

function areFew(
  { tagNames, byTagAttributes }: InvertedIndex,
  { names, attributes }: TagChoice,
  within: Bitset,
): boolean {
  const ofNames = sumOfCounts(tagNames.lists, names ?? []);
  return (
    ofNames <= FEW_READ_DOCS ||
    sumOfCounts(byTagAttributes, attributes ?? []) <= FEW_READ_DOCS ||
    countDocs(within) <= FEW_READ_DOCS
  );
}

function* findPairs(matching: PairMatching, clause: TagClause): Steps<CachedSet> {
  const { index } = matching;
  const found = createCachedSet(index, createTagTest(index, clause));
  yield* fillPairs(matching, { clause, within: index.live }, found.set);
  return found;
}

function* fillPairs(matching: PairMatching, { clause, within }: ClauseSearch, target: Bitset): Steps<void> {
  const { repositories } = matching.index;
  const choice = yield* chooseTags(matching.index, clause);
  const scan = scanOf(choice, clause);
  const found = yield* uniteChoice(matching, choice);
  intersect(found, within);
  yield* verifyTags(repositories, { candidates: docsOf(found), matches: (tags) => hasScanned(tags, scan) }, target);
}

/** Repositories that have one of the names, and of the attributes, though perhaps not on one tag. */
function* uniteChoice({ index, sets }: PairMatching, { names, attributes }: TagChoice): Steps<Bitset> {
  const found = sets.take();
  yield* uniteAll(index.tagNames.lists, names ?? [], found);
  if (!attributes) return found;
  const ofAttributes = names ? sets.take() : found;
  yield* uniteAll(index.byTagAttributes, attributes, ofAttributes);
  if (names) intersect(found, ofAttributes);
  return found;
}
