import { CACHE_BYTES_A_DOC, CACHE_MIN_BYTES } from '../cost-model.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { done, type Steps } from '../structures/scheduler.ts';
import type { ChangeLog } from './change-log.ts';
import { type DocWrite, docWriteOf } from './doc-write.ts';
import { createGreedyDual, type Weighed } from './greedy-dual.ts';
import { createSharedSteps } from './shared-steps.ts';

/** What was found for a part of a query: for a visibility, a condition or a text. Every write updates it. */
export interface CachedResult {
  /** Its memory, in bits for each doc of the index. */
  readonly bitsPerDoc: number;
  update(write: DocWrite): void;
  /** Called when writes update it no longer; queries may read it still. */
  evicted?(): void;
  /** Returns its memory to the pool; called when no query reads it any more. */
  release?(): void;
}

/** Results of one kind, by key. */
export interface ResultCache<T extends CachedResult> {
  /**
   * What is cached under this key, or else what `find` finds, once for all queries that ask meanwhile. It is found with
   * sets of its own, because other queries go on with it when the one that asked has ended.
   */
  of(key: string, find: (sets: Bitsets) => Steps<T>): Steps<T>;
  get(key: string): T | undefined;
}

/** Results of all kinds, of which the least worth are evicted: see `GreedyDual`. */
export interface QueryCache {
  /** `onEvict` is called with the key of each result of this kind that is evicted. */
  kind<T extends CachedResult>(name: string, onEvict?: (key: string) => void): ResultCache<T>;
  /** Called after each write of a doc, before `ChangeLog.written`. */
  written(write: DocWrite): void;
}

export interface QueryCacheDeps {
  readonly index: InvertedIndex;
  readonly writes: ChangeLog;
  /** Bitsets for finding one result; the caller ends them. */
  readonly newBitsets: () => Bitsets;
  /** Each takes some time of each write. */
  readonly maxResults: number;
}

interface Entry extends Weighed {
  readonly result: CachedResult;
  readonly evicted: () => void;
}

export function createQueryCache(deps: QueryCacheDeps): QueryCache {
  const { index, writes, maxResults } = deps;
  /** The results in `entries`, all of which each write updates. */
  const results = new Set<CachedResult>();
  const entries = createGreedyDual<Entry>();
  const release = createRelease(writes);

  const evict = () => {
    const entry = entries.evict();
    if (!entry) return;
    results.delete(entry.result);
    entry.result.evicted?.();
    entry.evicted();
    release(entry.result);
  };
  const add = (key: string, entry: Entry) => {
    entries.put(key, entry);
    results.add(entry.result);
    while (entries.count() > maxResults || entries.size() > maxBitsPerDoc(index)) evict();
  };

  return {
    kind<T extends CachedResult>(name: string, onEvict?: (key: string) => void): ResultCache<T> {
      const byKey = new Map<string, T>();
      const underWay = createSharedSteps<T>();
      const cache = (key: string, result: T, cost: number) => {
        const evicted = () => {
          byKey.delete(key);
          onEvict?.(key);
        };
        byKey.set(key, result);
        add(name + key, { result, cost, size: result.bitsPerDoc, evicted });
      };
      const get = (key: string) => {
        if (byKey.has(key)) entries.use(name + key);
        return byKey.get(key);
      };
      return {
        get,
        of(key, find) {
          const known = get(key);
          const findNow = (taken: () => number) => findWith(deps, find, (result) => cache(key, result, taken()));
          return known ? done(known) : underWay.of(key, findNow);
        },
      };
    },
    written(write) {
      for (const result of results) result.update(write);
    },
  };
}

/** Bits a doc that all results together may take. */
function maxBitsPerDoc({ repositories }: InvertedIndex): number {
  const docs = Math.max(1, repositories.end());
  return (Math.max(CACHE_MIN_BYTES, docs * CACHE_BYTES_A_DOC) * 8) / docs;
}

/**
 * Docs written meanwhile are rechecked at the end; the result is cached in that same step, so that no write is missed.
 */
function* findWith<T extends CachedResult>(
  { index, writes, newBitsets }: QueryCacheDeps,
  find: (sets: Bitsets) => Steps<T>,
  cache: (result: T) => void,
): Steps<T> {
  const sets = newBitsets();
  const watch = writes.watch();
  try {
    const result = yield* find(sets);
    for (const doc of watch.docs) result.update(docWriteOf(index, doc));
    cache(result);
    return result;
  } finally {
    watch.end();
    sets.end();
  }
}

/** Evicted results that may wait to be released; the memory of others is left to the garbage collector. */
const MAX_WAITING = 16;

/**
 * Releases results when no query reads them any more. Without it every result that is cached would allocate, and call
 * for full garbage collections.
 */
function createRelease(writes: Pick<ChangeLog, 'whenUnwatched'>): (result: CachedResult) => void {
  let waiting = 0;
  return ({ release }) => {
    if (!release || waiting === MAX_WAITING) return;
    waiting += 1;
    writes.whenUnwatched(() => {
      waiting -= 1;
      release();
    });
  };
}
