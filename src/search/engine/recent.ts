/** Values by key, of which so many are kept: those that were asked for last. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  values(): Iterable<T>;
}

export function createRecent<T>(most: () => number): Recent<T> {
  const kept = new Map<string, T>();

  const set = (key: string, value: T) => {
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > most() && oldest !== undefined) kept.delete(oldest);
  };

  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    values: () => kept.values(),
  };
}
