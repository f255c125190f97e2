import type { Archive } from '../../archive.ts';

/**
 * Values that many repositories or tags share, such as lists of platforms: each is stored once, under a small number.
 */
export interface Interner<T> {
  /** The number of a value; a new one when no equal value is known. */
  idOf(value: T): number;
  at(id: number): T | undefined;
  /** The numbers of all values that fulfil a condition. */
  idsWhere(holds: (value: T) => boolean): number[];
  serialize(archive: Archive): void;
}

/** Equal values have equal JSON; they are few, and never forgotten. `kept` is what is stored of a value. */
export function createInterner<T>(kept = (value: T) => value): Interner<T> {
  const ids = new Map<string, number>();
  const values: T[] = [];

  const idOf = (value: T) => {
    const key = JSON.stringify(value);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, values.length);
    return values.push(kept(value)) - 1;
  };

  return {
    idOf,
    at: (id) => values[id],
    idsWhere: (holds) => values.flatMap((value, id) => (holds(value) ? [id] : [])),
    serialize(archive) {
      const keys = [...ids.keys()];
      const count = archive.number(keys.length);
      for (let at = 0; at < count; at += 1) idOf(JSON.parse(archive.text(keys[at] ?? '')));
    },
  };
}
