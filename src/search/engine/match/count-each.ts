import type { Condition } from '../../query/query.ts';
import { type Bitset, copySet, countCommon, intersect } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';
import { partsOf } from './parts.ts';
import { evaluate, type Question } from './planner.ts';

/** How many repositories have a condition, and how many have all others of some. */
export interface Share {
  readonly alone: number;
  readonly without: number;
}

/**
 * Of each of some conditions, among those that a query finds which has none of them. Each condition is looked for once.
 * Docs that are written meanwhile may be counted as they were.
 */
export function* countEach(question: Question, conditions: readonly Condition[]): Steps<Share[]> {
  const { sets } = question;
  const { all } = yield* evaluate(question);
  const holders: Bitset[] = [];
  for (const condition of conditions) holders.push(yield* holdersOf(question, condition, all));
  const before = withAll(holders, all, sets);
  const after = withAll(holders.toReversed(), all, sets).reverse();
  return holders.map((set, at) => ({
    alone: countCommon(set, all),
    without: countCommon(before[at] ?? all, after[at + 1] ?? all),
  }));
}

function* holdersOf(question: Question, condition: Condition, all: Bitset): Steps<Bitset> {
  const { texts, filters } = partsOf({ ...question, query: { all: [condition], none: [] } });
  const holders = question.sets.take();
  for (const { collect } of [...texts, ...filters]) yield* collect(holders, all);
  return holders;
}

/** All docs, then those that are in the first set, in the first two, and so on to all of them. */
function withAll(holders: readonly Bitset[], all: Bitset, { take }: Question['sets']): Bitset[] {
  const having = [all];
  for (const set of holders) {
    const next = take();
    copySet(next, having.at(-1) ?? all);
    intersect(next, set);
    having.push(next);
  }
  return having;
}
