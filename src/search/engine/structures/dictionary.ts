import { hashOf, isSame, type Slice } from './bytes.ts';
import { createHashIndex } from './hash-index.ts';
import { createByteRows } from './packed-rows.ts';

/** Byte strings and their ids, which are small numbers and are given out again when their string was dropped. */
export interface Dictionary {
  /** The id of the string, or -1. */
  find(key: Slice): number;
  /** The id of the string, a new one when it is not there yet. */
  intern(key: Slice): number;
  /** Forgets the string of an id. */
  drop(id: number): void;
  /** What an id stands for; good until the next write. */
  at(id: number): Slice;
  /** See `Rows`. */
  readAhead(ids: Uint32Array): void;
  /** The same as text. */
  textAt(id: number): string;
  /** Every id is below this. */
  end(): number;
}

export function createDictionary(): Dictionary {
  const strings = createByteRows();
  const free: number[] = [];
  let end = 0;

  const at = (id: number): Slice => {
    const { memory, start, end } = strings.at(id);
    return { bytes: memory, start, end };
  };
  const table = createHashIndex<Slice>({
    isKeyOf: (id, key) => strings.length(id) === key.end - key.start && isSame(at(id), key),
    hashOf: (id) => hashOf(at(id)),
  });

  const newId = () => {
    const id = free.pop();
    if (id !== undefined) return id;
    end += 1;
    return end - 1;
  };

  return {
    find: (key) => table.find(hashOf(key), key),
    intern(key) {
      const hash = hashOf(key);
      const known = table.find(hash, key);
      if (known >= 0) return known;
      const id = newId();
      strings.write(id, { memory: key.bytes, start: key.start, end: key.end });
      table.add(hash, id);
      return id;
    },
    drop(id) {
      table.remove(hashOf(at(id)), id);
      strings.clear(id);
      free.push(id);
    },
    at,
    readAhead: strings.readAhead,
    textAt(id) {
      const { memory, start, end } = strings.at(id);
      return memory.toString('utf8', start, end);
    },
    end: () => end,
  };
}
