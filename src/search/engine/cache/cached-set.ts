import type { EngineIndex } from '../index/inverted-index.ts';
import type { Matcher } from '../match/matcher.ts';
import { addSlot, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet } from '../structures/bitset.ts';
import type { CachedResult } from './query-cache.ts';

/** All slots for which a condition holds; not to be changed by who reads it. */
export interface CachedSet extends CachedResult {
  readonly set: SlotSet;
  /** Whether the condition holds for a live slot, from its content alone. */
  readonly holds: Matcher['holds'];
  /** Adds a slot or takes it out, by its content. */
  judge(slot: number): void;
}

/** An empty set, to be filled; from then on every write keeps it right. */
export function createCachedSet({ repositories, live }: EngineIndex, holds: Matcher['holds']): CachedSet {
  const set = createSlotSet(repositories.end());
  const judge = (slot: number) => {
    growTo(set, slot);
    if (hasSlot(live, slot) && holds(slot)) addSlot(set, slot);
    else deleteSlot(set, slot);
  };
  return { set, holds, judge, bitsPerSlot: 1, update: ({ slot }) => judge(slot) };
}
