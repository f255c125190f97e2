/** Values that many repositories or tags share, such as lists of platforms: each kept once, under a small number. */
export interface Interner<T> {
  /** The number of a value; a new one when no equal value is known. */
  idOf(value: T): number;
  at(id: number): T | undefined;
  /** The numbers of all values that fulfil a condition. */
  idsWhere(holds: (value: T) => boolean): number[];
}

export interface InternerOptions<T> {
  readonly areEqual: (a: T, b: T) => boolean;
  /** What is kept of a value; all of it when left out. */
  readonly kept?: (value: T) => T;
}

/** Comparing with the few that came last is quicker than writing JSON, and mostly enough. */
const RECENT = 8;

/** Equal values have equal JSON; they are few, and none is ever forgotten. */
export function createInterner<T>({ areEqual, kept = (value) => value }: InternerOptions<T>): Interner<T> {
  const ids = new Map<string, number>();
  const values: T[] = [];
  const recent: { readonly value: T; readonly id: number }[] = [];

  const learn = (key: string, value: T) => {
    ids.set(key, values.length);
    return values.push(kept(value)) - 1;
  };

  return {
    idOf(value) {
      for (const known of recent) if (areEqual(known.value, value)) return known.id;
      const key = JSON.stringify(value);
      const id = ids.get(key) ?? learn(key, value);
      recent.unshift({ value, id });
      recent.splice(RECENT);
      return id;
    },
    at: (id) => values[id],
    idsWhere: (holds) => values.flatMap((value, id) => (holds(value) ? [id] : [])),
  };
}

/** Whether both lists hold the same texts in the same order, or neither is known. */
export function areSameTexts(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === others) return true;
  return some?.length === others?.length && (some?.every((one, at) => one === others?.[at]) ?? false);
}
