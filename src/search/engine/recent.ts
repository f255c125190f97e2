/** Values by key, of which so many are kept: those that were asked for last. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  has(key: string): boolean;
  delete(key: string): void;
  size(): number;
  values(): Iterable<T>;
}

/** `pushedOut` is told of each value for which there was no more room. */
export function createRecent<T>(most: () => number, pushedOut?: (value: T) => void): Recent<T> {
  const kept = new Map<string, T>();

  const pushOut = () => {
    const [oldest] = kept;
    if (!oldest) return;
    kept.delete(oldest[0]);
    pushedOut?.(oldest[1]);
  };

  const set = (key: string, value: T) => {
    kept.delete(key);
    kept.set(key, value);
    // As many as were kept may be too many by now.
    while (kept.size > most()) pushOut();
  };

  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    has: (key) => kept.has(key),
    delete: (key) => void kept.delete(key),
    size: () => kept.size,
    values: () => kept.values(),
  };
}
