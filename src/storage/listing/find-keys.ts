import { mapOrdered } from '../../async/map-ordered.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { compareBytes, laterKey } from './byte-order.ts';
import type { KeyOrder } from './key-order.ts';
import { firstOf } from './plain-pages.ts';

export interface KeySearch {
  readonly storage: ObjectStorage;
  /** The prefix of all keys. */
  readonly prefix: string;
  readonly keys: readonly string[];
  /** Unless it shows that the store lists in byte order, each key is listed by itself. */
  readonly order?: Pick<KeyOrder, 'isShown'>;
  readonly now: () => number;
}

/** So many LISTs cost less than finding out the order of keys. */
const FEW = 3;
const LOOKS_AT_ONCE = 16;

/**
 * Finds out by LISTs alone which keys exist: at most one LIST a key, and one a page where many keys lie close together.
 */
export async function findKeys(search: KeySearch, signal: AbortSignal): Promise<Set<string>> {
  const wanted = [...new Set(search.keys)].sort(compareBytes);
  const { order } = search;
  if (wanted.length <= FEW) return findEach(search, wanted, signal);
  const mayJump = order === undefined || (await order.isShown(signal));
  return mayJump ? findInPages(search, wanted, signal) : findEach(search, wanted, signal);
}

async function findEach(
  { storage, now }: KeySearch,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const found = new Set<string>();
  const first = (key: string) => firstOf({ storage, now, prefix: key, maxKeys: 1 }, signal);
  for await (const object of mapOrdered(wanted, LOOKS_AT_ONCE, first))
    if (object && !object.isLink) found.add(object.key);
  return found.intersection(new Set(wanted));
}

async function findInPages(
  { storage, prefix }: KeySearch,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const found = new Set<string>();
  let ahead = wanted;
  let end: string | undefined = '';
  while (ahead[0] !== undefined) {
    const startAfter: string = laterKey(end, justBefore(ahead[0]));
    const { objects, continuationToken } = await storage.list({ prefix, startAfter }, signal);
    const listed = new Set(objects.filter(({ isLink }) => !isLink).map(({ key }) => key));
    for (const key of ahead) if (listed.has(key)) found.add(key);
    end = objects.at(-1)?.key;
    if (continuationToken === undefined || end === undefined) break;
    const last = end;
    ahead = ahead.filter((key) => compareBytes(key, last) > 0);
  }
  return found;
}

/** A string before the key, with few keys in between. */
function justBefore(key: string): string {
  return key.slice(0, -1);
}
