import type { TagClause } from '../query/query.ts';
import type { Repositories } from './repositories.ts';
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
  const { certain, open, isForEvery } = split;
  const { first, end, firstOpen, endOpen } = roundBounds(split);
  for (let span = 0; span < within.blocks.length; span += 1) {
    const { oldest, newest } = repositories.tagSpans();
    eachWordOf(within, span, (at, word) => {
      let areCertain = 0;
      let areOpen = 0;
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const bit = lowest(rest);
        const old = wordAt(oldest, (at << 5) + bit);
        const young = wordAt(newest, (at << 5) + bit);
        // Times are no more than 31 bits, so that what is negative tells without a branch which of two is less.
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
    yield;
  }
}

/** The bounds in the units of spans: what is within them for certain, and what may be. */
function roundBounds({ fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: Pick<TagClause, 'fromMs' | 'beforeMs'>) {
  const from = Math.max(0, fromMs) / SPAN_UNIT_MS;
  const before = Math.max(0, beforeMs) / SPAN_UNIT_MS;
  const most = LAST_SPAN_TIME + 1;
  return {
    first: Math.min(Math.ceil(from), most),
    end: Math.min(Math.floor(before), most),
    firstOpen: Math.min(Math.floor(from), most),
    endOpen: Math.min(Math.ceil(before), most),
  };
}
