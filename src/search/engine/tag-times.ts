import type { TagClause } from '../query/query.ts';
import type { Repositories, TagSpans } from './repositories.ts';
import type { Steps } from './slices.ts';
import { addWord, eachWordOf, lowest, type SlotSet } from './slot-set.ts';
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
  const bounds = roundBounds(split);
  for (let span = 0; span < within.blocks.length; span += 1) {
    splitSpan(repositories.tagSpans(), { ...split, bounds, within, span });
    yield;
  }
}

interface SpanSplit extends TimeSplit {
  readonly isForEvery: boolean;
  readonly bounds: Bounds;
  readonly within: SlotSet;
  readonly span: number;
}

/** The inside of a loop over all repositories: without branches that depend on times, for nobody can foretell them. */
function splitSpan({ oldest, newest }: TagSpans, { certain, open, isForEvery, bounds, within, span }: SpanSplit): void {
  const { first, end, firstOpen, endOpen } = bounds;
  eachWordOf(within, span, (at, word) => {
    let areCertain = 0;
    let areOpen = 0;
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      const bit = lowest(rest);
      const old = wordAt(oldest, (at << 5) + bit) | 0;
      const young = wordAt(newest, (at << 5) + bit) | 0;
      // Times are no more than 31 bits, so that what is negative tells which of two is less.
      const isOldIn = (first - 1 - old) & (old - end);
      const isYoungIn = (first - 1 - young) & (young - end);
      const isEnough = isForEvery ? isOldIn & isYoungIn : isOldIn | isYoungIn;
      const mayBe = (firstOpen - 1 - young) & (old - endOpen) & (old - 1 - young);
      areCertain |= ((isEnough & mayBe) >>> 31) << bit;
      areOpen |= ((~isEnough & mayBe) >>> 31) << bit;
    }
    addWord(certain, at, areCertain);
    addWord(open, at, areOpen);
  });
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
