import { compareNames } from '../listing/byte-order.ts';
import type { Folder } from './keys.ts';

interface Placed {
  readonly folder: Folder;
}

/**
 * Brings what comes in the order of keys into that of names, and what has one name together. They differ only where the
 * name has more than two parts: the key of `ns/er/x`, its slash escaped, comes before that of `ns/er-x`, and the name
 * after it. So everything from such a key to the last that begins like it is held back and sorted.
 */
export async function* inNameOrder<T extends Placed>(source: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let held: T[] = [];
  for await (const item of source) {
    if (!mayChangePlaces(held[0], item)) {
      yield* byName(held);
      held = [];
    }
    held.push(item);
  }
  yield* byName(held);
}

function mayChangePlaces(first: Placed | undefined, { folder }: Placed): boolean {
  if (!first) return true;
  const escapedAt = first.folder.path.indexOf('%');
  return escapedAt >= 0 && folder.path.startsWith(first.folder.path.slice(0, escapedAt));
}

function byName<T extends Placed>(held: readonly T[]): Iterable<readonly T[]> {
  const sorted = held.toSorted((a, b) => compareNames(a.folder.name, b.folder.name));
  return Map.groupBy(sorted, ({ folder }) => folder.name).values();
}
