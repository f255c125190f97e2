import { type Item, isCount, isItem, isListOf, isText, readItem, UnreadableItem } from '../items/item.ts';
import { packJson, unpackJson } from '../items/packed-json.ts';
import { failureItem, faultItems, parseCounts, parseFailure, parseFaults } from '../records/fault-items.ts';
import type { RangePlan, RangeProgress, RangeState, RangeWorklist } from './ranges.ts';

/** Key of the plan in the version table; the ranges follow it. */
export const PLAN_VERSION = 1_000_000;

const WORKLIST_VERSION = 1_100_000;

const STATES: readonly RangeState[] = ['running', 'done', 'failed'];
export function rangeVersion(range: number): number {
  return PLAN_VERSION + 1 + range;
}

/** Keys of worklists follow those of all possible ranges. */
export function worklistVersion(range: number): number {
  return WORKLIST_VERSION + 1 + range;
}

/** Boundaries are packed together: sorted names share their beginnings, and 4,095 of them must fit into one item. */
export function planItem({ epoch, boundaries, counts, failure }: RangePlan): Item {
  const plan = packJson({ boundaries, counts });
  return {
    version: PLAN_VERSION,
    epoch,
    ranges: boundaries.length + 1,
    plan,
    failure: failure && failureItem(failure),
  };
}

/** Reverses `planItem`. Throws UnreadableItem. */
export function parsePlan(item: Item): RangePlan {
  const { count, bytes } = readItem(item, 'the plan of ranges');
  const failure = parseFailure(item, 'the plan of ranges');
  const plan = unpackJson(bytes('plan'), 'the plan of ranges');
  const { boundaries, counts }: Item = isItem(plan) ? plan : {};
  if (!isListOf(boundaries, isText) || !(counts === undefined || isListOf(counts, isCount)))
    throw new UnreadableItem('the plan of ranges is not as expected');
  return { epoch: count('epoch'), boundaries, counts, ...(failure ? { failure } : {}) };
}

export function progressItem(progress: RangeProgress): Item {
  const { range, updatedAtMs, faults, failure, ...rest } = progress;
  return {
    version: rangeVersion(range),
    ...rest,
    faults: faultItems(faults),
    failure: failure && failureItem(failure),
    updatedAt: updatedAtMs,
  };
}

/** Reverses `progressItem`, but for what it cut off. Throws UnreadableItem. */
export function parseProgress(item: Item): RangeProgress {
  const what = `the progress of range ${item.version}`;
  const { text, count, time, optional } = readItem(item, what);
  return {
    range: count('version') - PLAN_VERSION - 1,
    epoch: count('epoch'),
    state: parseState(text('state')),
    pass: optional('pass', count) === 2 ? 2 : 1,
    repositories: count('repositories'),
    tags: count('tags'),
    privateRepositories: optional('privateRepositories', count),
    privateTags: optional('privateTags', count),
    unfinished: optional('unfinished', count) ?? 0,
    lastName: optional('lastName', text),
    errorCount: count('errorCount'),
    faultCounts: parseCounts(item.faultCounts),
    faults: parseFaults(item.faults),
    failure: parseFailure(item, what),
    updatedAtMs: time('updatedAt'),
  };
}

export function worklistItem({ range, epoch, names }: RangeWorklist): Item {
  return { version: worklistVersion(range), epoch, names: packJson(names) };
}

/** Reverses `worklistItem`. Throws UnreadableItem. */
export function parseWorklist(item: Item): RangeWorklist {
  const what = `the worklist ${item.version}`;
  const { count, bytes } = readItem(item, what);
  const names = unpackJson(bytes('names'), what);
  if (!isListOf(names, isText)) throw new UnreadableItem(`${what} is not as expected`);
  return { range: count('version') - WORKLIST_VERSION - 1, epoch: count('epoch'), names };
}

function parseState(text: string): RangeState {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw new UnreadableItem(`the state ${text} of a range is not known`);
  return state;
}
