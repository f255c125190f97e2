import type { TagClause } from '../query/query.ts';
import type { EngineIndex } from './engine-index.ts';
import type { KeptCondition, KeptSets } from './kept-sets.ts';
import { sumOfCounts } from './postings.ts';
import { intersect } from './set-algebra.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { countSet, type SlotSet, slotsOf } from './slot-set.ts';
import { chooseTags, type TagChoice } from './tag-choice.ts';
import { hasScanned, scanOf } from './tag-scan.ts';
import { createTagTest } from './tag-test.ts';
import { uniteLists } from './unite-lists.ts';
import { verifyTags } from './verify-tags.ts';

interface PairMatching {
  readonly index: EngineIndex;
  readonly sets: Sets;
}

export interface TagMatching extends PairMatching {
  readonly keptSets: KeptSets;
}

export interface Sought {
  readonly clause: TagClause;
  readonly within: SlotSet;
}

export interface Choosing extends Sought {
  readonly choice: TagChoice;
}

/**
 * At least those of `within` of which one tag has a name and a kind of the choice, whenever it was pushed. Lists say it
 * all of names and of kinds, but not which are on the same tag.
 */
export function* chosenRepositories(matching: TagMatching, { clause, choice, within }: Choosing): Steps<SlotSet> {
  if (!choice.names || !choice.kinds) return yield* uniteChoice(matching, choice);
  const { name, platforms } = clause;
  const timeless = { name, platforms, fromMs: undefined, beforeMs: undefined };
  const { index, sets, keptSets } = matching;
  const makeCondition = (own: Sets) => pairCondition({ index, sets: own }, timeless);
  if (!areFew(index, choice, within)) return yield* keptSets.setOf(JSON.stringify([name, platforms]), makeCondition);
  const target = sets.take();
  yield* fillPairs(matching, { clause: timeless, within }, target);
  return target;
}

/** So few are looked at for each query anew. */
const FEW = 1_000;

function areFew({ tagNames, byTagKind }: EngineIndex, { names, kinds }: TagChoice, within: SlotSet): boolean {
  const ofNames = sumOfCounts(tagNames.lists, names ?? []);
  return ofNames <= FEW || sumOfCounts(byTagKind, kinds ?? []) <= FEW || countSet(within) <= FEW;
}

function pairCondition(matching: PairMatching, clause: TagClause): KeptCondition {
  return {
    fill: (target, within) => fillPairs(matching, { clause, within }, target),
    holds: createTagTest(matching.index, clause),
  };
}

function* fillPairs(matching: PairMatching, { clause, within }: Sought, target: SlotSet): Steps<void> {
  const { repositories } = matching.index;
  const choice = yield* chooseTags(matching.index, clause);
  const scan = scanOf(choice, clause);
  const found = yield* uniteChoice(matching, choice);
  intersect(found, within);
  yield* verifyTags(repositories, { candidates: slotsOf(found), holds: (tags) => hasScanned(tags, scan) }, target);
}

/** Repositories that have one of the names, and one of the kinds, though perhaps not on one tag. */
function* uniteChoice({ index, sets }: PairMatching, { names, kinds }: TagChoice): Steps<SlotSet> {
  const found = sets.take();
  yield* uniteLists(index.tagNames.lists, names ?? [], found);
  if (!kinds) return found;
  const ofKinds = names ? sets.take() : found;
  yield* uniteLists(index.byTagKind, kinds, ofKinds);
  if (names) intersect(found, ofKinds);
  return found;
}
