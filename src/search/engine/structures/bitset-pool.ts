import { type Bitset, clearBitset, createBitset } from './bitset.ts';

/** Bitsets for the length of one query. */
export interface Bitsets {
  /** An empty set with room for all docs. */
  take(): Bitset;
  /** Returns all of them to the pool. */
  end(): void;
}

const KEPT = 96;

/** Bitsets are used again: to empty one takes less time than to allocate one, and calls for no garbage collection. */
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

/** Sets for a moment of a query, which may need hundreds of them. */
export interface Scratch {
  take(): Bitset;
  giveBack(set: Bitset): void;
}

export function createScratch({ take }: Pick<Bitsets, 'take'>): Scratch {
  const idle: Bitset[] = [];
  return {
    take: () => idle.pop() ?? take(),
    giveBack(set) {
      clearBitset(set);
      idle.push(set);
    },
  };
}
