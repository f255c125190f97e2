import { clearSet, createSlotSet, type SlotSet } from './bitset.ts';

/** Sets for the length of one query. */
export interface Sets {
  /** An empty set with room for every slot there is now. */
  take(): SlotSet;
  /** Takes all of them back. */
  end(): void;
}

const KEPT = 48;

/** Sets that are used again, because a large empty one takes longer to make than a small one to empty. */
export function createSetPool(slots: () => number): () => Sets {
  const idle: SlotSet[] = [];

  const take = () => {
    const set = idle.pop();
    return set && set.words.length * 32 >= slots() ? set : createSlotSet(slots() + (slots() >>> 3));
  };
  const giveBack = (set: SlotSet) => {
    if (idle.length >= KEPT) return;
    clearSet(set);
    idle.push(set);
  };

  return () => {
    const taken: SlotSet[] = [];
    return {
      take() {
        const set = take();
        taken.push(set);
        return set;
      },
      end() {
        for (const set of taken.splice(0)) giveBack(set);
      },
    };
  };
}
