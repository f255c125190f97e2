import { isTimed, type TagClause } from '../../../query/query.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { type Bitset, copySet, docsOf, intersect, moveWhere, subtract, unite } from '../../structures/bitset.ts';
import { sumOfCounts } from '../../structures/postings.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { uint32At } from '../../structures/typed.ts';
import type { Matcher } from '../matcher.ts';
import { chooseTags, type TagChoice } from './tag-filter.ts';
import { type ClauseSearch, chosenRepositories, type TagMatching } from './tag-pairs.ts';
import { createTagTest, hasScanned, scanOf, type TagScan, verifyTags } from './tag-scan.ts';
import { createTimeTest, keepCertain, keepPossible } from './tag-time.ts';

/** Repositories of which one and the same tag fulfils the whole clause. */
export function createTagMatcher(matching: TagMatching, clause: TagClause): Matcher {
  return {
    maxDocs: () => maxDocsOf(matching, clause),
    collect: (target, within) => collect(matching, { clause, within }, target),
    matches: createTagTest(matching.index, clause),
  };
}

function* maxDocsOf({ index }: TagMatching, clause: TagClause): Steps<number> {
  return maxDocsOfChoice(index, yield* chooseTags(index, clause));
}

function* collect(matching: TagMatching, { clause, within }: ClauseSearch, target: Bitset): Steps<void> {
  const choice = yield* chooseTags(matching.index, clause);
  const candidates = matching.sets.take();
  unite(candidates, within);
  if (isChosen(choice)) intersect(candidates, yield* chosenRepositories(matching, { clause, choice, within }));
  if (isTimed(clause)) yield* fillTimes(matching, { clause, choice, candidates }, target);
  else unite(target, candidates);
}

function isChosen({ names, attributes }: TagChoice): boolean {
  return names !== undefined || attributes !== undefined;
}

function maxDocsOfChoice(
  { repositories, tagNames, byTagAttributes }: InvertedIndex,
  { names, attributes }: TagChoice,
): number {
  const ofNames = names ? sumOfCounts(tagNames.lists, names) : repositories.end();
  const ofAttributes = attributes ? sumOfCounts(byTagAttributes, attributes) : repositories.end();
  return Math.min(ofNames, ofAttributes);
}

interface Timing {
  readonly clause: TagClause;
  readonly choice: TagChoice;
  /** Docs that have a name and attributes of the choice; used up. */
  readonly candidates: Bitset;
}

/** Adds those candidates of which a tag of the choice is within the clause's bounds in time. */
function* fillTimes(matching: TagMatching, timing: Timing, target: Bitset): Steps<void> {
  const { repositories } = matching.index;
  const { clause, choice, candidates } = timing;
  yield* keepPossible(repositories, candidates, clause);
  yield* fillCertain(matching, timing, target);
  const scan = scanOf(choice, clause);
  if (scan.attributes && !choice.names)
    yield* fillNewest(matching, { clause, attributes: scan.attributes, candidates }, target);
  yield* verifyTags(
    repositories,
    { candidates: docsOf(candidates), matches: (tags) => hasScanned(tags, scan) },
    target,
  );
}

/** Moves those of whom the times of their oldest and newest tags say enough. */
function* fillCertain(
  { index, sets }: TagMatching,
  { clause, choice, candidates }: Timing,
  target: Bitset,
): Steps<void> {
  const certain = sets.take();
  copySet(certain, candidates);
  yield* keepCertain(index.repositories, certain, { ...clause, isForEvery: isChosen(choice) });
  unite(target, certain);
  subtract(candidates, certain);
}

interface NewestTags {
  readonly clause: TagClause;
  readonly attributes: NonNullable<TagScan['attributes']>;
  readonly candidates: Bitset;
}

/** Moves the candidates whose newest tag is what is sought: mostly it is, and no other of their tags has to be read. */
function* fillNewest(
  { index: { repositories } }: TagMatching,
  { clause, attributes, candidates }: NewestTags,
  target: Bitset,
): Steps<void> {
  const isInside = createTimeTest(clause);
  for (let span = 0; span < candidates.blocks.length; span += 1) {
    const { newest, newestAttributes } = repositories.tagSpans();
    const isSought = (doc: number) =>
      attributes[uint32At(newestAttributes, doc)] === 1 && isInside(uint32At(newest, doc));
    moveWhere(candidates, { span, isWanted: isSought }, target);
    yield;
  }
}
