import type { EngineIndex } from './engine-index.ts';
import type { Matcher } from './matcher.ts';
import { createRecent, type Recent } from './recent.ts';
import { done, type Steps } from './slices.ts';
import { addSlot, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet } from './slot-set.ts';
import type { Writes } from './writes.ts';

/** A condition, of which nobody asks here for how many it holds. */
export type KeptCondition = Pick<Matcher, 'fill' | 'holds'>;

/**
 * What was found for conditions that take long and are asked for again and again, such as an architecture's latest
 * tags. It is kept right by every write, so that only the first query of its kind pays for it.
 */
export interface KeptSets {
  /** Every slot for which the condition holds; not to be changed. Equal conditions have equal keys. */
  setOf(key: string, matcher: KeptCondition): Steps<SlotSet>;
  /** To be told after each write of a slot. */
  written(slot: number): void;
}

interface Kept {
  readonly matcher: KeptCondition;
  readonly set: SlotSet;
}

/** Each takes a bit for each repository, and some time of each write. */
const KEPT_SETS = 16;

export function createKeptSets(index: EngineIndex, writes: Writes): KeptSets {
  const recent = createRecent<Kept>(() => KEPT_SETS);
  return {
    setOf(key, matcher) {
      const kept = recent.get(key);
      return kept ? done(kept.set) : find({ index, writes, recent }, key, matcher);
    },
    written(slot) {
      for (const kept of recent.values()) correct(index, kept, slot);
    },
  };
}

interface Finding {
  readonly index: EngineIndex;
  readonly writes: Writes;
  readonly recent: Recent<Kept>;
}

/** Slots that are written meanwhile are judged at the end, after which nothing comes in between. */
function* find({ index, writes, recent }: Finding, key: string, matcher: KeptCondition): Steps<SlotSet> {
  const set = createSlotSet(index.repositories.end());
  const watch = writes.watch();
  try {
    yield* matcher.fill(set, index.live);
    for (const slot of watch.slots) correct(index, { matcher, set }, slot);
    recent.set(key, { matcher, set });
    return set;
  } finally {
    watch.end();
  }
}

function correct({ live }: EngineIndex, { matcher, set }: Kept, slot: number): void {
  growTo(set, slot);
  if (hasSlot(live, slot) && matcher.holds(slot)) addSlot(set, slot);
  else deleteSlot(set, slot);
}
