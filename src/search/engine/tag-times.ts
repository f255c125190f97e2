import type { TagClause } from '../query/query.ts';
import type { Repositories } from './repositories.ts';
import type { Steps } from './slices.ts';
import { addWord, eachWordOf, lowest, type SlotSet } from './slot-set.ts';
import { SPAN_UNIT_MS } from './tag-rows.ts';
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
  const { fromMs = 0, beforeMs = Number.POSITIVE_INFINITY, isForEvery } = split;
  const first = Math.ceil(fromMs / SPAN_UNIT_MS);
  const end = Math.floor(beforeMs / SPAN_UNIT_MS);
  const firstOpen = Math.floor(fromMs / SPAN_UNIT_MS);
  const endOpen = Math.ceil(beforeMs / SPAN_UNIT_MS);
  for (let span = 0; span < within.blocks.length; span += 1) {
    const { oldest, newest } = repositories.tagSpans();
    eachWordOf(within, span, (at, word) => {
      let areCertain = 0;
      let areOpen = 0;
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const slot = (at << 5) + lowest(rest);
        const old = wordAt(oldest, slot);
        const young = wordAt(newest, slot);
        if (young < firstOpen || old >= endOpen || old > young) continue;
        const isOldWithin = old >= first && old < end;
        const isYoungWithin = young >= first && young < end;
        const isEnough = isForEvery ? isOldWithin && isYoungWithin : isOldWithin || isYoungWithin;
        if (isEnough) areCertain |= rest & -rest;
        else areOpen |= rest & -rest;
      }
      addWord(certain, at, areCertain);
      addWord(open, at, areOpen);
    });
    yield;
  }
}
