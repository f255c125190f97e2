import { type Bitset, clearBitset, createBitset } from './bitset.ts';

/** Bitsets for the length of one query. */
export interface Bitsets {
  /** An empty set with room for every doc there is now. */
  take(): Bitset;
  /** Takes all of them back. */
  end(): void;
}

const KEPT = 48;

/** Bitsets that are used again, because a large empty one takes longer to make than a small one to empty. */
export function createBitsetPool(docs: () => number): () => Bitsets {
  const idle: Bitset[] = [];

  const take = () => {
    const set = idle.pop();
    return set && set.words.length * 32 >= docs() ? set : createBitset(docs() + (docs() >>> 3));
  };
  const giveBack = (set: Bitset) => {
    if (idle.length >= KEPT) return;
    clearBitset(set);
    idle.push(set);
  };

  return () => {
    const taken: Bitset[] = [];
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
