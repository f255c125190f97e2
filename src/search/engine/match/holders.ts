import type { Condition } from '../../query/query.ts';
import { type Bitset, copySet, countCommon, deleteDoc, haveCommon, intersect, isEmpty } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import type { Steps } from '../structures/scheduler.ts';
import type { EvaluationRequest } from './planner.ts';
import { matchersOf } from './query-matchers.ts';

/** Who has each of a query's conditions, of all that may be seen. Each is looked for once. */
export interface Holders {
  /** Docs that are written meanwhile may be in it as they were, or be missing. Not to be changed. */
  of(condition: Condition): Steps<Bitset>;
  /** Whether anything has the condition. */
  isKnown(condition: Condition): Steps<boolean>;
}

export interface HoldersDeps extends Omit<EvaluationRequest, 'query' | 'isRanked' | 'preferRecheck'> {
  /** For finding holders, who are kept in `sets`. */
  readonly newBitsets: () => Bitsets;
}

/** A query may have hundreds of words; those that are asked for again are the first. */
const MAX_KEPT = 16;

export function createHolders(deps: HoldersDeps): Holders {
  const kept = new Map<Condition, Bitset>();
  const holders: Keeping = { ...deps, kept };
  return {
    of: (condition) => keepHolders(holders, condition),
    isKnown: (condition) => isKnown(holders, condition),
  };
}

interface Keeping extends HoldersDeps {
  readonly kept: Map<Condition, Bitset>;
}

function* isKnown(keeping: Keeping, condition: Condition): Steps<boolean> {
  const { kept, newBitsets } = keeping;
  if (kept.has(condition) || kept.size < MAX_KEPT) return !isEmpty(yield* keepHolders(keeping, condition));
  const own = newBitsets();
  try {
    return !isEmpty(yield* findHolders(keeping, condition, own.take()));
  } finally {
    own.end();
  }
}

function* keepHolders(keeping: Keeping, condition: Condition): Steps<Bitset> {
  const { kept, sets } = keeping;
  const holders = kept.get(condition) ?? (yield* findHolders(keeping, condition, sets.take()));
  kept.set(condition, holders);
  return holders;
}

/** Fills `holders`, which is empty. */
function* findHolders(deps: HoldersDeps, condition: Condition, holders: Bitset): Steps<Bitset> {
  const { index, view, watch, newBitsets } = deps;
  const within = view?.set ?? index.live;
  const sets = newBitsets();
  try {
    const { texts, filters } = matchersOf({ ...deps, sets, query: { all: [condition], none: [] } });
    for (const { collect } of [...texts, ...filters]) yield* collect(holders, within);
  } finally {
    sets.end();
  }
  intersect(holders, within);
  // A doc may have become another's that may not be seen.
  for (const doc of watch.docs) deleteDoc(holders, doc);
  return holders;
}

/** Whether repositories have a condition, and how many have every other condition but this. */
export interface Share {
  readonly isFound: boolean;
  readonly without: number;
}

/** Of those who have each of some conditions, among `all`. */
export function sharesOf(holders: readonly Bitset[], all: Bitset, sets: EvaluationRequest['sets']): Share[] {
  const before = withAll(holders, all, sets);
  const after = withAll(holders.toReversed(), all, sets).reverse();
  return holders.map((set, at) => ({
    isFound: haveCommon(set, all),
    without: countCommon(before[at] ?? all, after[at + 1] ?? all),
  }));
}

/** All docs, then those that are in the first set, in the first two, and so on to all of them. */
function withAll(holders: readonly Bitset[], all: Bitset, { take }: EvaluationRequest['sets']): Bitset[] {
  const having = [all];
  for (const set of holders) {
    const next = take();
    copySet(next, having.at(-1) ?? all);
    intersect(next, set);
    having.push(next);
  }
  return having;
}
