import type { SearchEngine } from '../api.ts';
import type { CachedSet } from './cache/cached-set.ts';
import type { CachingPolicy } from './cache/caching-policy.ts';
import { createWrites, slotWriteOf } from './cache/change-log.ts';
import { createQueryCache } from './cache/query-cache.ts';
import { createSizes } from './index/counts.ts';
import { createIndex } from './index/inverted-index.ts';
import { removeSlot, type Upserted, upsertRecord } from './index/writer.ts';
import { createCachedTexts } from './match/text/text-condition.ts';
import { createViews } from './match/visibility.ts';
import { listNames, suggestNames } from './names.ts';
import { search } from './search.ts';
import { createSetPool } from './structures/bitset-pool.ts';
import { encode, sliceOf } from './structures/bytes.ts';
import { createSlicer } from './structures/scheduler.ts';

/** Well below 5 ms, for the last step of a slice may take a while as well. */
const SLICE_MS = 2;

const EVERYTHING = { showPrivate: true };

const FEW = 128;
/** To look at a slot takes as long as so many entries of lists. */
const ENTRIES_A_SLOT = 64;

function areFew(slots: number, entries: number): boolean {
  return slots <= FEW && slots * ENTRIES_A_SLOT <= entries;
}

/** As measured. */
const CACHING: CachingPolicy = { maxResults: 400, fewLists: 16, slotsPerList: 1_000 };

/**
 * An empty index in memory; see `SearchEngine`. A query lets others have a turn after each `sliceMs`; for `isFew` see
 * `Question`.
 */
export function createSearchEngine({ sliceMs = SLICE_MS, isFew = areFew, caching = CACHING } = {}): SearchEngine {
  const index = createIndex();
  const { repositories } = index;
  const writes = createWrites();
  const newSets = createSetPool(repositories.end);
  const cache = createQueryCache({ index, writes, newSets, maxResults: caching.maxResults });
  const views = createViews(index, cache);
  const cachedTexts = createCachedTexts({ index, cache, policy: caching, newSets });
  const cachedTags = cache.kind<CachedSet>('tags');
  const deps = { index, views, writes, cachedTexts, cachedTags, newSets, isFew };
  const inSlices = createSlicer(sliceMs);
  const sizes = createSizes(repositories);
  let version = 0;

  const find = (name: string) => repositories.find(sliceOf(encode(name)));
  const written = ({ slot, hasNewTexts }: Upserted) => {
    cache.written(slotWriteOf(index, slot, hasNewTexts));
    writes.written(slot);
    version += 1;
  };

  return {
    upsert(record) {
      const slot = repositories.add(index.writer.encode(record.name));
      sizes.leave(slot);
      const upserted = upsertRecord(index, slot, record);
      sizes.enter(slot);
      written(upserted);
      return slot;
    },
    remove(name) {
      const slot = find(name);
      if (slot < 0) return;
      sizes.leave(slot);
      removeSlot(index, slot);
      written({ slot, hasNewTexts: true });
    },
    slotOf(name) {
      const slot = find(name);
      return slot < 0 ? undefined : slot;
    },
    search: (query, signal) => inSlices(search(deps, query), signal),
    catalog: (query, signal) => inSlices(listNames(deps, query), signal),
    suggest: (query, signal) => inSlices(suggestNames(deps, query), signal),
    version: () => version,
    size: (seen = EVERYTHING) => sizes.of(seen),
  };
}
