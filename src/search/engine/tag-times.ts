import type { TagClause } from '../query/query.ts';
import type { Repositories, TagSpans } from './repositories.ts';
import type { Steps } from './slices.ts';
import { addWord, eachWordOf, type SlotSet } from './slot-set.ts';
import { LAST_SPAN_TIME, SPAN_UNIT_MS } from './tag-rows.ts';
import { wordAt } from './typed.ts';

/** What the times of the oldest and the newest tag say of bounds in time. */
export interface TimeSplit {
  /** Slots of which a tag is within the bounds; every tag, if asked for. */
  readonly certain: SlotSet;
  /** Others, whose tags have to be looked at. */
  readonly open: SlotSet;
}

export interface TimeBounds extends Pick<TagClause, 'fromMs' | 'beforeMs'> {
  /** Whether all tags of a repository must be within the bounds to be certain of it. */
  readonly isForEvery: boolean;
}

/** Splits a set, and leaves out those of which no tag can be within the bounds. */
export function* splitByTime(repositories: Repositories, within: SlotSet, split: TimeSplit & TimeBounds): Steps<void> {
  const isPossible = insideOf(possibleBorders(split));
  const isSure = insideOf(sureBorders(split));
  for (let span = 0; span < within.blocks.length; span += 1) {
    const spans = repositories.tagSpans();
    eachWordOf(within, span, (at, word) => {
      const open = word && word & isPossible(spans, at << 5);
      const certain = open && open & isSure(spans, at << 5);
      addWord(split.certain, at, certain);
      addWord(split.open, at, open & ~certain);
    });
    yield;
  }
}

/** A side of it is what is sought: times before it, or times from it on. In the units of spans. */
interface Border {
  readonly of: keyof TagSpans;
  readonly time: number;
  readonly isBefore: boolean;
}

/** What must be true of a repository with a tag within the bounds. Who has no tags is never before the last time. */
function possibleBorders({ fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: TimeBounds): Border[] {
  const from = Math.floor(unitsOf(fromMs));
  const before = Math.ceil(unitsOf(beforeMs));
  const isFrom: Border = { of: 'newest', time: from, isBefore: false };
  const isBefore: Border = { of: 'oldest', time: before, isBefore: true };
  return [...(from > 0 ? [isFrom] : []), ...(from === 0 || before <= LAST_SPAN_TIME ? [isBefore] : [])];
}

/** What is enough, beside that, to be certain of a repository; others may have a tag within the bounds as well. */
function sureBorders({ fromMs, beforeMs, isForEvery }: TimeBounds): Border[] {
  const borders: Border[] = [];
  if (fromMs !== undefined) {
    borders.push({ of: isForEvery ? 'oldest' : 'newest', time: Math.ceil(unitsOf(fromMs)), isBefore: false });
  }
  if (beforeMs !== undefined) {
    const isNewest = isForEvery || fromMs !== undefined;
    borders.push({ of: isNewest ? 'newest' : 'oldest', time: Math.floor(unitsOf(beforeMs)), isBefore: true });
  }
  return borders;
}

function unitsOf(timeMs: number): number {
  return Math.min(Math.max(0, timeMs) / SPAN_UNIT_MS, LAST_SPAN_TIME + 1);
}

/** Which of 32 slots, from one on, are as wanted, in bits. */
type SlotTest = (spans: TagSpans, from: number) => number;

/** On the right side of all borders, of which there are two at most. */
function insideOf(borders: readonly Border[]): SlotTest {
  const [first = allSlots, second] = borders.map(sideOf);
  return second ? (spans, from) => first(spans, from) & second(spans, from) : first;
}

function allSlots(): number {
  return -1;
}

function sideOf({ of, time, isBefore }: Border): SlotTest {
  const flip = isBefore ? 0 : -1;
  if (of === 'oldest') return ({ oldest }, from) => beforeBits(oldest, from, time) ^ flip;
  return ({ newest }, from) => beforeBits(newest, from, time) ^ flip;
}

/**
 * Which of 32 times are before a bound. This is the inside of a loop over all repositories. It has no branches that
 * depend on times, for nobody can foretell those: times are no more than 31 bits, so that the sign of a difference
 * tells which is less.
 */
function beforeBits(times: Uint32Array, from: number, bound: number): number {
  let bits = 0;
  for (let at = from + 31; at >= from; at -= 1) bits = (bits << 1) | (((wordAt(times, at) | 0) - bound) >>> 31);
  return bits;
}
