import { compareBytes } from './byte-order.ts';
import { jumpPages } from './jump-pages.ts';
import type { ObjectStorage } from './object-storage.ts';

export interface KeySearch {
  readonly storage: ObjectStorage;
  /** What all of the keys begin with. */
  readonly prefix: string;
  readonly keys: readonly string[];
  readonly now: () => number;
}

/**
 * Those of some keys that are there, by LISTs alone: one for each key at most, and where many lie close together one for
 * each page of the listing.
 */
export async function findKeys({ storage, prefix, keys, now }: KeySearch, signal: AbortSignal): Promise<Set<string>> {
  const wanted = new Set(keys);
  const inOrder = [...wanted].sort(compareBytes);
  const found = new Set<string>();
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (first === undefined || last === undefined) return found;
  let ahead = inOrder;
  const jump = (key: string) => {
    ahead = ahead.slice(ahead.findIndex((each) => compareBytes(each, key) > 0));
    return justBefore(ahead[0] ?? last);
  };
  const options = { storage, prefix, after: justBefore(first), before: undefined, jump, now };
  for await (const { objects } of jumpPages(options, signal)) {
    for (const { key } of objects) if (wanted.has(key)) found.add(key);
    const end = objects.at(-1)?.key;
    if (end !== undefined && compareBytes(end, last) >= 0) break;
  }
  return found;
}

/** A key that comes before this one, with hardly anything in between. */
function justBefore(key: string): string {
  return key.slice(0, -1);
}
