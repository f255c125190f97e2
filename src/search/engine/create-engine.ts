import type { SearchEngine } from '../api.ts';
import type { CachedSet } from './cache/cached-set.ts';
import { createChangeLog } from './cache/change-log.ts';
import { docWriteOf } from './cache/doc-write.ts';
import { createQueryCache } from './cache/query-cache.ts';
import { createRecentWrites } from './cache/recent-writes.ts';
import { CACHING, isRecheckCheaper, SLICE_MS } from './cost-model.ts';
import { describeRepository } from './describe/repository.ts';
import { countFacets } from './facets/facets.ts';
import { createNamespaces } from './facets/namespaces.ts';
import { createCounts } from './index/counts.ts';
import { createInvertedIndex, serializeIndex } from './index/inverted-index.ts';
import { removeRecord, type Upserted, upsertRecord } from './index/writer.ts';
import { countSeen, listCharts, listNames } from './inventory.ts';
import { createCachedTexts } from './match/text/cached-texts.ts';
import { createVisibilityFilters } from './match/visibility.ts';
import { mayDiffer } from './may-differ.ts';
import { search } from './search.ts';
import { createBitsetPool } from './structures/bitset-pool.ts';
import { encode, sliceOf } from './structures/bytes.ts';
import { createScheduler } from './structures/scheduler.ts';
import { suggestNames } from './suggest.ts';

const EVERYTHING = { showPrivate: true };

/**
 * An empty index in memory; see `SearchEngine`. A query lets others have a turn after each `sliceMs`; for
 * `preferRecheck` see `EvaluationRequest`.
 */
export function createSearchEngine({
  sliceMs = SLICE_MS,
  preferRecheck = isRecheckCheaper,
  caching = CACHING,
} = {}): SearchEngine {
  const index = createInvertedIndex();
  const { repositories } = index;
  const writes = createChangeLog();
  const newBitsets = createBitsetPool(repositories.end);
  const cache = createQueryCache({ index, writes, newBitsets, maxResults: caching.maxResults });
  const views = createVisibilityFilters(index, cache);
  const cachedTexts = createCachedTexts({ index, cache, policy: caching, newBitsets });
  const cachedTags = cache.kind<CachedSet>('tags');
  const namespaces = createNamespaces(index, cache);
  const deps = { index, views, writes, cachedTexts, cachedTags, newBitsets, preferRecheck };
  const schedule = createScheduler(sliceMs);
  const counts = createCounts(repositories);
  const recent = createRecentWrites(index);

  const find = (name: string) => repositories.find(sliceOf(encode(name)));
  const written = (write: Upserted) => {
    cache.written(docWriteOf(index, write.doc, write.hasNewTexts));
    writes.written(write.doc);
    recent.written(write);
  };

  return {
    upsert(record) {
      const doc = repositories.add(index.byteWriter.encode(record.name));
      counts.leave(doc);
      const upserted = upsertRecord(index, doc, record);
      counts.enter(doc);
      written(upserted);
      return doc;
    },
    remove(name) {
      const doc = find(name);
      if (doc < 0) return;
      counts.leave(doc);
      removeRecord(index, doc);
      written({ doc, hasNewTexts: true, formerLetters: undefined, mayHaveFallen: true });
    },
    docOf(name) {
      const doc = find(name);
      return doc < 0 ? undefined : doc;
    },
    pushedAtMs: repositories.pushedAtOf,
    search: (query, signal) => schedule(search(deps, query), signal),
    mayDiffer: (query, earlier, signal) => schedule(mayDiffer({ ...deps, recent }, query, earlier), signal),
    catalog: (query, signal) => schedule(listNames(deps, query), signal),
    repository: (query, signal) => schedule(describeRepository(deps, query), signal),
    facets: (query, signal) => schedule(countFacets({ ...deps, namespaces }, query), signal),
    suggest: (query, signal) => schedule(suggestNames(deps, query), signal),
    charts: (query, signal) => schedule(listCharts(deps, query), signal),
    version: recent.version,
    size: (seen = EVERYTHING) => counts.of(seen),
    *serialize(archive) {
      yield* serializeIndex(index, archive);
      counts.serialize(archive);
    },
    count: (visibility, signal) => schedule(countSeen({ index, views, counts }, visibility), signal),
  };
}
