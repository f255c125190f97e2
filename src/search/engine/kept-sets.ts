import type { EngineIndex } from './engine-index.ts';
import { createFoundOnce } from './found-once.ts';
import type { Matcher } from './matcher.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { addSlot, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet } from './slot-set.ts';
import type { Writes } from './writes.ts';

/** A condition, of which nobody asks here for how many it holds. */
export type KeptCondition = Pick<Matcher, 'fill' | 'holds'>;

/**
 * What was found for conditions that take long and are asked for again and again, such as an architecture's latest
 * tags. It is kept right by every write, so that only the first query of its kind pays for it.
 */
export interface KeptSets {
  /**
   * Every slot for which the condition holds; not to be changed. Equal conditions have equal keys. It is made with sets
   * of its own, because other queries may go on with finding it when the one that asked is over.
   */
  setOf(key: string, makeCondition: (sets: Sets) => KeptCondition): Steps<SlotSet>;
  /** To be told after each write of a slot. */
  written(slot: number): void;
}

interface Kept {
  readonly holds: KeptCondition['holds'];
  readonly set: SlotSet;
}

export interface KeptSetsDeps {
  readonly index: EngineIndex;
  readonly writes: Writes;
  /** Sets for finding one condition; whoever asks for them ends them. */
  readonly newSets: () => Sets;
}

/** Each takes a bit for each repository, and some time of each write. */
const KEPT_SETS = 16;

export function createKeptSets(deps: KeptSetsDeps): KeptSets {
  const kept = createFoundOnce<Kept>(() => KEPT_SETS);
  return {
    setOf: (key, makeCondition) => setIn(kept.of(key, () => find(deps, makeCondition))),
    written(slot) {
      for (const one of kept.values()) correct(deps.index, one, slot);
    },
  };
}

function* setIn(finding: Steps<Kept>): Steps<SlotSet> {
  const { set } = yield* finding;
  return set;
}

/** Slots that are written meanwhile are judged at the end, after which nothing comes in between. */
function* find({ index, writes, newSets }: KeptSetsDeps, makeCondition: (sets: Sets) => KeptCondition): Steps<Kept> {
  const sets = newSets();
  const watch = writes.watch();
  try {
    const { fill, holds } = makeCondition(sets);
    const kept = { holds, set: createSlotSet(index.repositories.end()) };
    yield* fill(kept.set, index.live);
    for (const slot of watch.slots) correct(index, kept, slot);
    return kept;
  } finally {
    watch.end();
    sets.end();
  }
}

function correct({ live }: EngineIndex, { holds, set }: Kept, slot: number): void {
  growTo(set, slot);
  if (hasSlot(live, slot) && holds(slot)) addSlot(set, slot);
  else deleteSlot(set, slot);
}
