import { isTimed, type TagClause } from '../query/query.ts';
import type { EngineIndex } from './engine-index.ts';
import type { Matcher } from './matcher.ts';
import { sumOfCounts } from './postings.ts';
import { intersect, unite } from './set-algebra.ts';
import type { Steps } from './slices.ts';
import { type SlotSet, slotsOf } from './slot-set.ts';
import { chooseTags, type TagChoice } from './tag-choice.ts';
import { chosenRepositories, type Sought, type TagMatching } from './tag-pairs.ts';
import { hasScanned, scanOf } from './tag-scan.ts';
import { createTagTest } from './tag-test.ts';
import { splitByTime } from './tag-times.ts';
import { verifyTags } from './verify-tags.ts';

/** Repositories of which one and the same tag fulfils the whole clause. */
export function createTagMatcher(matching: TagMatching, clause: TagClause): Matcher {
  return {
    most: () => mostOf(matching, clause),
    fill: (target, within) => fill(matching, { clause, within }, target),
    holds: createTagTest(matching.index, clause),
  };
}

function* mostOf({ index }: TagMatching, clause: TagClause): Steps<number> {
  return mostOfChoice(index, yield* chooseTags(index, clause));
}

function* fill(matching: TagMatching, { clause, within }: Sought, target: SlotSet): Steps<void> {
  const choice = yield* chooseTags(matching.index, clause);
  const candidates = matching.sets.take();
  unite(candidates, within);
  if (isChosen(choice)) intersect(candidates, yield* chosenRepositories(matching, { clause, choice, within }));
  if (isTimed(clause)) yield* fillTimes(matching, { clause, choice, candidates }, target);
  else unite(target, candidates);
}

function isChosen({ names, kinds }: TagChoice): boolean {
  return names !== undefined || kinds !== undefined;
}

function mostOfChoice({ repositories, tagNames, byTagKind }: EngineIndex, { names, kinds }: TagChoice): number {
  const ofNames = names ? sumOfCounts(tagNames.lists, names) : repositories.end();
  const ofKinds = kinds ? sumOfCounts(byTagKind, kinds) : repositories.end();
  return Math.min(ofNames, ofKinds);
}

interface Timing {
  readonly clause: TagClause;
  readonly choice: TagChoice;
  readonly candidates: SlotSet;
}

/** Adds those candidates of which a tag of the choice is within the clause's bounds in time. */
function* fillTimes(
  { index, sets }: TagMatching,
  { clause, choice, candidates }: Timing,
  target: SlotSet,
): Steps<void> {
  const { repositories } = index;
  const open = sets.take();
  const { fromMs, beforeMs } = clause;
  yield* splitByTime(repositories, candidates, {
    fromMs,
    beforeMs,
    isForEvery: isChosen(choice),
    certain: target,
    open,
  });
  const scan = scanOf(choice, clause);
  yield* verifyTags(repositories, { candidates: slotsOf(open), holds: (tags) => hasScanned(tags, scan) }, target);
}
