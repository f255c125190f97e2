/** What an entry costs: to find it again, and to keep it. */
export interface Weighed {
  readonly cost: number;
  readonly size: number;
}

/**
 * Entries of which the least worth is evicted: GreedyDual-Size, by Cao and Irani. An entry is worth what finding it
 * costs for its size, counted from what the last evicted was worth. So what took long to find outlives many that are
 * found quickly, but not for ever without being used; of equal worth the least recently used goes first.
 */
export interface GreedyDual<T extends Weighed> {
  put(key: string, entry: T): void;
  /** Its worth is counted again. */
  use(key: string): void;
  evict(): T | undefined;
  count(): number;
  /** The sizes of all together. */
  size(): number;
}

interface Kept<T> {
  readonly entry: T;
  readonly worth: number;
}

/** For some hundred entries, which are all looked at for the one to evict. */
export function createGreedyDual<T extends Weighed>(): GreedyDual<T> {
  /** The least recently used first. */
  const kept = new Map<string, Kept<T>>();
  let floor = 0;
  let size = 0;

  const remove = (key: string) => {
    const one = kept.get(key);
    if (one) size -= one.entry.size;
    kept.delete(key);
    return one;
  };
  const put = (key: string, entry: T) => {
    remove(key);
    kept.set(key, { entry, worth: floor + entry.cost / entry.size });
    size += entry.size;
  };

  return {
    put,
    use(key) {
      const one = kept.get(key);
      if (one) put(key, one.entry);
    },
    evict() {
      const [first] = kept;
      if (!first) return undefined;
      let [leastKey, least] = first;
      for (const [key, one] of kept) if (one.worth < least.worth) [leastKey, least] = [key, one];
      floor = least.worth;
      remove(leastKey);
      return least.entry;
    },
    count: () => kept.size,
    size: () => size,
  };
}
