import { describe, expect, test } from '@jest/globals';
import type { CachedSet } from '../../../../src/search/engine/cache/cached-set.ts';
import { createChangeLog } from '../../../../src/search/engine/cache/change-log.ts';
import { createQueryCache } from '../../../../src/search/engine/cache/query-cache.ts';
import { createInvertedIndex } from '../../../../src/search/engine/index/inverted-index.ts';
import { createCachedTexts } from '../../../../src/search/engine/match/text/cached-texts.ts';
import { createVisibilityFilters } from '../../../../src/search/engine/match/visibility.ts';
import { search } from '../../../../src/search/engine/search.ts';
import { createBitsetPool } from '../../../../src/search/engine/structures/bitset-pool.ts';
import { CACHE_DEAR, textQuery } from '../../../support/search/search-queries.ts';
import { indexRecord, searchRecord } from '../../../support/search/search-records.ts';

const NAMES = ['a-a-a', 'team/payments', 'ing-ing/ing', 'b-c/d', 'orders'];

/** The most sets that a query had at one time: each takes a bit for every repository there is. */
function mostSetsFor(text: string): number {
  const index = createInvertedIndex();
  for (const name of NAMES) indexRecord(index, searchRecord(name));
  const writes = createChangeLog();
  const pool = createBitsetPool(index.repositories.end);
  let taken = 0;
  let most = 0;
  const newBitsets = () => {
    const sets = pool();
    let own = 0;
    const take = () => {
      own += 1;
      taken += 1;
      most = Math.max(most, taken);
      return sets.take();
    };
    const end = () => {
      taken -= own;
      sets.end();
    };
    return { take, end };
  };
  const cache = createQueryCache({ index, writes, newBitsets, maxResults: CACHE_DEAR.maxResults });
  const deps = {
    index,
    writes,
    newBitsets,
    views: createVisibilityFilters(index, cache),
    cachedTexts: createCachedTexts({ index, cache, policy: CACHE_DEAR, newBitsets }),
    cachedTags: cache.kind<CachedSet>('tags'),
    preferRecheck: (docs: number) => docs <= 128,
  };
  const steps = search(deps, textQuery(text));
  while (!steps.next().done);
  expect(taken).toBe(0);
  return most;
}

describe('one text takes a few sets, however long it is', () => {
  test.each([
    ['a thousand separators', '-'.repeat(1_000)],
    ['hundreds of edges', 'a-'.repeat(500)],
    ['hundreds of edges, each another', Array.from({ length: 250 }, (_, i) => i.toString(36)).join('-')],
    ['dozens of words that may be joined', 'a-'.repeat(60)],
    ['hundreds of words', 'ing-'.repeat(250)],
    ['hundreds of words that may be mistaken', 'paymnets '.repeat(100)],
  ])('%s', (_case, text) => {
    expect(mostSetsFor(text)).toBeLessThan(64);
  });
});
