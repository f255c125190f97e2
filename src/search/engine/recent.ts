/** Values by key, of which so many are kept: those that were asked for last. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  size(): number;
  values(): Iterable<T>;
}

/** `pushedOut` is told of each value for which there was no more room. */
export function createRecent<T>(most: () => number, pushedOut?: (value: T) => void): Recent<T> {
  const kept = new Map<string, T>();

  const set = (key: string, value: T) => {
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept;
    if (!oldest || kept.size <= most()) return;
    kept.delete(oldest[0]);
    pushedOut?.(oldest[1]);
  };

  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => void kept.delete(key),
    size: () => kept.size,
    values: () => kept.values(),
  };
}
