import { type Bitset, clearBitset, createBitset, isEmpty, unite } from './bitset.ts';

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

/** What is in any of some sets, which may be one of them; undefined where that is nothing. Not to be changed. */
export function unionOf(some: readonly (Bitset | undefined)[], { take }: Pick<Bitsets, 'take'>): Bitset | undefined {
  const [first, ...others] = some.flatMap((set) => (set && !isEmpty(set) ? [set] : []));
  if (!first || others.length === 0) return first;
  const union = take();
  for (const set of [first, ...others]) unite(union, set);
  return union;
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
