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
  const { certain, open } = split;
  const sort = sorterOf(split);
  for (let span = 0; span < within.blocks.length; span += 1) {
    const spans = repositories.tagSpans();
    eachWordOf(within, span, (at, word) => {
      if (word === 0) return;
      const sorted = sort(spans, at << 5);
      addWord(certain, at, sorted.certain & word);
      addWord(open, at, sorted.open & word);
    });
    yield;
  }
}

/** Of 32 slots from one on, in bits: which have a tag within the bounds for certain, and which may have. */
type Sorter = (spans: TagSpans, from: number) => { readonly certain: number; readonly open: number };

/**
 * The loops of these are the inside of a loop over all repositories. They have no branches that depend on times, for
 * nobody can foretell those: times are no more than 31 bits, so that the sign of a difference tells which is less.
 */
function sorterOf(bounds: TimeBounds): Sorter {
  const rounded = roundBounds(bounds);
  const { first, end, firstOpen, endOpen } = rounded;
  if (bounds.isForEvery) return createBothSorter(rounded, bounds.isForEvery);
  // Who has no tags has 0 as the newest.
  if (bounds.beforeMs === undefined && firstOpen > 0) {
    return ({ newest }, from) => {
      const early = beforeBits(newest, from, first);
      return { certain: ~early, open: early & ~beforeBits(newest, from, firstOpen) };
    };
  }
  if (bounds.fromMs === undefined) {
    return ({ oldest }, from) => {
      const early = beforeBits(oldest, from, end);
      return { certain: early, open: ~early & beforeBits(oldest, from, endOpen) };
    };
  }
  return createBothSorter(rounded, bounds.isForEvery);
}

/** Which of 32 times are before a bound. */
function beforeBits(times: Uint32Array, from: number, bound: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit += 1) bits |= (((wordAt(times, from + bit) | 0) - bound) >>> 31) << bit;
  return bits;
}

function createBothSorter({ first, end, firstOpen, endOpen }: Bounds, isForEvery: boolean): Sorter {
  return ({ oldest, newest }, from) => {
    let certain = 0;
    let open = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      const old = wordAt(oldest, from + bit) | 0;
      const young = wordAt(newest, from + bit) | 0;
      const isOldIn = (first - 1 - old) & (old - end);
      const isYoungIn = (first - 1 - young) & (young - end);
      const isEnough = isForEvery ? isOldIn & isYoungIn : isOldIn | isYoungIn;
      const mayBe = (firstOpen - 1 - young) & (old - endOpen) & (old - 1 - young);
      certain |= ((isEnough & mayBe) >>> 31) << bit;
      open |= ((~isEnough & mayBe) >>> 31) << bit;
    }
    return { certain, open };
  };
}

/** In the units of spans: what is within for certain, and what may be. */
interface Bounds {
  readonly first: number;
  readonly end: number;
  readonly firstOpen: number;
  readonly endOpen: number;
}

function roundBounds({ fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: TimeBounds): Bounds {
  const from = Math.max(0, fromMs) / SPAN_UNIT_MS;
  const before = Math.max(0, beforeMs) / SPAN_UNIT_MS;
  const upTo = (time: number) => Math.min(time, LAST_SPAN_TIME + 1) | 0;
  return {
    first: upTo(Math.ceil(from)),
    end: upTo(Math.floor(before)),
    firstOpen: upTo(Math.floor(from)),
    endOpen: upTo(Math.ceil(before)),
  };
}
