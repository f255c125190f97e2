import type { ObjectStorage, StorageObject } from '../object-storage.ts';
import { compareBytes, OutOfOrder } from './byte-order.ts';
import type { Evidence, KeyOrder } from './key-order.ts';
import type { PageHandOver, SentPage } from './page-hand-over.ts';
import { firstKeyOf, plainPages } from './plain-pages.ts';

/** Where a walk may continue, leaving out the keys in between. */
export interface Skip {
  /** Neither a key nor the prefix of one, because stores differ in how they treat those. */
  readonly to: string;
  /** The prefix of the keys expected next, if there are any. */
  readonly next?: string;
}

export interface SkipScanOptions {
  readonly storage: ObjectStorage;
  readonly prefix: string;
  /** Keys after this one; undefined begins at the first. Only for a store whose `order` is known. */
  readonly after: string | undefined;
  /** Keys before this one; undefined goes to the last. */
  readonly before: string | undefined;
  /** Where to continue after a page that ended at `key`, if farther; called when the page has been read. */
  readonly skip: (key: string) => Skip | undefined;
  readonly order: KeyOrder;
  readonly now: () => number;
  /** Shared by the walks of one store; without it every walk begins with a LIST of its own. */
  readonly handOver?: PageHandOver;
}

export interface TimedPage {
  readonly objects: readonly StorageObject[];
  /** When its LIST was sent. */
  readonly sentAtMs: number;
}

/**
 * A flat listing that skips keys: a page may begin far after the end of the one before. Yields each key once. Skips
 * begin as soon as the store has shown that it lists in byte order. Rejects with OutOfOrder as soon as it does not.
 */
export async function* skipScan(options: SkipScanOptions, signal: AbortSignal): AsyncGenerator<TimedPage> {
  const { after, order } = options;
  const evidence = order.gather();
  const walk: Walk = {
    ...options,
    evidence,
    sieve: createSieve(),
    mayStartAfter: (stop) => order.isShownBy(evidence, stop),
  };
  let start: Skip | undefined = after === undefined ? undefined : { to: after };
  do start = yield* pagesFrom(walk, start, signal);
  while (start);
}

interface Walk extends SkipScanOptions {
  readonly evidence: Evidence;
  readonly sieve: Sieve;
  readonly mayStartAfter: (signal: AbortSignal) => Promise<boolean>;
}

/** Yields pages up to a skip, which it returns, or to the end. */
async function* pagesFrom(
  walk: Walk,
  start: Skip | undefined,
  signal: AbortSignal,
): AsyncGenerator<TimedPage, Skip | undefined> {
  const { before, handOver, evidence, sieve, skip, order, mayStartAfter } = walk;
  const options = { ...walk, startAfter: start?.to, first: handOver?.take(start?.to) };
  if (start) sieve.begin(start.to);
  let landing = start?.next;
  for await (const page of plainPages(options, signal)) {
    if (!start) evidence.add(page);
    const fresh = sieve.pass(page.objects);
    if (order.verdict() === false && (start ?? before) !== undefined) throw new OutOfOrder('what another walk met');
    const isLast = page.continuationToken === undefined;
    if (landing !== undefined && (isLast || fresh.length > 0)) {
      await assertNothingMissed(walk, { prefix: landing, landed: fresh[0]?.key }, signal);
      landing = undefined;
    }
    const objects = leaveRest(walk, { ...page, objects: fresh });
    yield { objects, sentAtMs: page.sentAtMs };
    if (isLast || objects.length < fresh.length) return undefined;
    const last = objects.at(-1);
    const next = last && skip(last.key);
    if (next && compareBytes(last.key, next.to) < 0 && (await mayStartAfter(signal))) return next;
  }
  return undefined;
}

/** The objects before the end of the walk; the rest is handed over to the walk that begins there. */
function leaveRest({ before, handOver }: Walk, page: SentPage): readonly StorageObject[] {
  if (before === undefined) return page.objects;
  const end = page.objects.findLastIndex(({ key }) => compareBytes(key, before) < 0) + 1;
  const rest = page.objects.slice(end);
  if (rest.length > 0) handOver?.leave(before, { ...page, objects: rest });
  return page.objects.slice(0, end);
}

interface Landing {
  readonly prefix: string;
  /** The first key after a skip. */
  readonly landed: string | undefined;
}

/** If a skip landed beyond the expected prefix, a plain LIST makes sure that there are no such keys. */
async function assertNothingMissed(
  { storage, now }: Walk,
  { prefix, landed }: Landing,
  signal: AbortSignal,
): Promise<void> {
  if (landed?.startsWith(prefix)) return;
  const missed = await firstKeyOf({ storage, now, prefix, maxKeys: 1 }, signal);
  if (missed !== undefined) throw new OutOfOrder(missed);
}

/** Drops keys that were listed before. */
interface Sieve {
  /** Only keys after this one are to come. */
  begin(after: string): void;
  /** The new objects of a page. Throws OutOfOrder for a new key that does not come after all others. */
  pass(objects: readonly StorageObject[]): readonly StorageObject[];
}

/** Some stores list a key twice, on one page or on two in a row. */
function createSieve(): Sieve {
  let last: string | undefined;
  let before: readonly StorageObject[] = [];

  const isKnown = (wanted: string, page: readonly StorageObject[]) =>
    wanted === last || [page, before].some((objects) => objects.some(({ key }) => key === wanted));

  return {
    begin(after) {
      last = after;
    },
    pass(objects) {
      const fresh: StorageObject[] = [];
      for (const object of objects) {
        const { key } = object;
        if (last === undefined || compareBytes(last, key) < 0) {
          fresh.push(object);
          last = key;
        } else if (!isKnown(key, fresh)) throw new OutOfOrder(key);
      }
      if (fresh.length > 0) before = fresh;
      return fresh;
    },
  };
}
