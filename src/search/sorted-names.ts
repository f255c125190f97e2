/** A set of names in byte order, cheap to change one at a time at any size. */
export interface SortedNames {
  /** Does nothing when the name is there already. */
  add(name: string): void;
  remove(name: string): void;
  /** The first `limit` names after `last`, which need not be there; undefined begins at the first. */
  after(last: string | undefined, limit: number): string[];
}

/** An insertion moves at most this many names, and finding the chunk takes a binary search. */
const CHUNK_NAMES = 1_024;

/** Names kept in short sorted chunks. Repository names are ASCII, for which JavaScript's order is the order of bytes. */
export function createSortedNames(): SortedNames {
  const chunks: string[][] = [[]];

  /** The chunk that holds `name`, or where it belongs. */
  const chunkOf = (name: string) => Math.max(0, lowerBound(chunks, (chunk) => (chunk[0] ?? '') <= name) - 1);

  const split = (index: number, chunk: string[]) => {
    if (chunk.length > CHUNK_NAMES) chunks.splice(index + 1, 0, chunk.splice(CHUNK_NAMES / 2));
  };

  return {
    add(name) {
      const index = chunkOf(name);
      const chunk = chunks[index] ?? [];
      const at = positionOf(chunk, name);
      if (chunk[at] === name) return;
      chunk.splice(at, 0, name);
      split(index, chunk);
    },
    remove(name) {
      const index = chunkOf(name);
      const chunk = chunks[index] ?? [];
      const at = positionOf(chunk, name);
      if (chunk[at] !== name) return;
      chunk.splice(at, 1);
      if (chunk.length === 0 && chunks.length > 1) chunks.splice(index, 1);
    },
    after(last, limit) {
      const names: string[] = [];
      let index = last === undefined ? 0 : chunkOf(last);
      let from = last === undefined ? 0 : lowerBound(chunks[index] ?? [], (name) => name <= last);
      for (; index < chunks.length && names.length < limit; index += 1, from = 0) {
        names.push(...(chunks[index] ?? []).slice(from, from + limit - names.length));
      }
      return names;
    },
  };
}

function positionOf(chunk: readonly string[], name: string): number {
  return lowerBound(chunk, (other) => other < name);
}

/** The first index whose item is not `before`; the items that are come first. */
function lowerBound<Item>(items: readonly Item[], before: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && before(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
