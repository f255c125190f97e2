import { createUint32Column } from './column.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';

/** Byte strings, each kept while it is counted. */
export interface CountedNames extends Pick<Dictionary, 'find' | 'intern' | 'at' | 'serialize'> {
  countOf(id: number): number;
  /** Counts a string once more or once less; one that is counted no more is forgotten. */
  count(id: number, by: 1 | -1): void;
}

export function createCountedNames(): CountedNames {
  const { find, intern, at, drop, serialize } = createDictionary();
  const counts = createUint32Column();
  return {
    find,
    intern,
    at,
    countOf: counts.get,
    count(id, by) {
      const count = counts.get(id) + by;
      counts.set(id, count);
      if (count === 0) drop(id);
    },
    *serialize(archive) {
      yield* serialize(archive);
      counts.serialize(archive);
    },
  };
}
