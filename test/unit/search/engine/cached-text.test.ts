import { expect, test } from '@jest/globals';
import { createChangeLog } from '../../../../src/search/engine/cache/change-log.ts';
import { createQueryCache } from '../../../../src/search/engine/cache/query-cache.ts';
import { createInvertedIndex } from '../../../../src/search/engine/index/inverted-index.ts';
import { createCachedTexts } from '../../../../src/search/engine/match/text/cached-texts.ts';
import { createTextMatcher } from '../../../../src/search/engine/match/text/text-matcher.ts';
import { createBitsetPool } from '../../../../src/search/engine/structures/bitset-pool.ts';
import { finish } from '../../../../src/search/engine/structures/scheduler.ts';
import { atOnce, CACHE_ALL, createPromptEngine, textQuery } from '../../../support/search/search-queries.ts';
import { indexRecord, searchRecord } from '../../../support/search/search-records.ts';

const COLOURS = ['red', 'green', 'blue'].map((name) => searchRecord(name));

/** Of three repositories of one word each, a text is worth caching when it is asked for the second time. */
function bench(records = COLOURS) {
  const index = createInvertedIndex();
  for (const record of records) indexRecord(index, record);
  const newBitsets = createBitsetPool(index.repositories.end);
  const policy = { maxResults: 1, fewLists: 0, docsPerList: 2 };
  const cache = createQueryCache({ index, writes: createChangeLog(), newBitsets, maxResults: policy.maxResults });
  const texts = createCachedTexts({ index, cache, policy, newBitsets });
  return {
    /** Says whether the text is cached now. */
    ask(text: string): boolean {
      const sets = newBitsets();
      finish(texts.tiersOf(createTextMatcher({ index, sets }, text), index.live));
      const isCached = texts.countOf(createTextMatcher({ index, sets }, text)) !== undefined;
      sets.end();
      return isCached;
    },
  };
}

test('a text that was evicted is cached once more when it is asked for twice as often', () => {
  const { ask } = bench();
  expect([ask('red'), ask('red'), ask('red')]).toEqual([false, true, true]);
  expect([ask('blue'), ask('blue')]).toEqual([false, true]);
  expect([ask('red'), ask('red'), ask('red'), ask('red'), ask('red')]).toEqual([false, false, false, true, true]);
});

test('a text is worth it that is in names and texts of all', () => {
  const records = Array.from({ length: 100 }, (_, i) => searchRecord(`a-c/${i}`, { summary: 'of a-c/d' }));
  expect(bench(records).ask('-c/')).toBe(true);
});

test('a cached text shows whatever comes, be it many times as much as there was', () => {
  const engine = createPromptEngine({ caching: CACHE_ALL });
  const add = (from: number, to: number) => {
    for (let i = from; i < to; i += 1) engine.upsert(searchRecord(`team/${i}`));
  };
  const ask = () => atOnce(engine.search(textQuery('eam'))).total;
  add(0, 1_000);
  expect(ask()).toBe(1_000);
  // Beyond the first span of 32,768 docs, for which sets have room at first.
  add(1_000, 40_000);
  expect(ask()).toBe(40_000);
});
