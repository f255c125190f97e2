import { describe, expect, test } from '@jest/globals';
import { type CachedSet, createCachedSet } from '../../../../src/search/engine/cache/cached-set.ts';
import { createChangeLog } from '../../../../src/search/engine/cache/change-log.ts';
import { docWriteOf } from '../../../../src/search/engine/cache/doc-write.ts';
import { createQueryCache } from '../../../../src/search/engine/cache/query-cache.ts';
import { createInvertedIndex } from '../../../../src/search/engine/index/inverted-index.ts';
import { copySet, docsOf, hasDoc } from '../../../../src/search/engine/structures/bitset.ts';
import { createBitsetPool } from '../../../../src/search/engine/structures/bitset-pool.ts';
import { finish, type Steps } from '../../../../src/search/engine/structures/scheduler.ts';
import { indexRecord, searchRecord } from '../../../support/search/search-records.ts';

function bench(maxResults = 10) {
  const index = createInvertedIndex();
  const writes = createChangeLog();
  const cache = createQueryCache({ index, writes, newBitsets: createBitsetPool(index.repositories.end), maxResults });
  const write = (name: string, isPrivate = false) => {
    const doc = indexRecord(index, searchRecord(name, { isPrivate }));
    cache.written(docWriteOf(index, doc));
    writes.written(doc);
    return doc;
  };
  /** Finds all that is not private, with a pause in which others may write. */
  function* findPublic(): Steps<CachedSet> {
    const found = createCachedSet(index, (doc) => !index.repositories.attributesOf(doc).isPrivate);
    copySet(found.set, index.live);
    yield;
    return found;
  }
  return { cache, write, findPublic };
}

test('a cached set shows what is written while it is found, and after that', () => {
  const { cache, write, findPublic } = bench();
  const [first, second] = [write('a'), write('b')];
  const finding = cache.kind<CachedSet>('sets').of('public', findPublic);
  finding.next();
  write('a', true);
  const third = write('c');
  const { set } = finish(finding);
  expect([...docsOf(set)]).toEqual([second, third]);
  write('a');
  expect([...docsOf(set)]).toEqual([first, second, third]);
});

describe('the least recently used result is evicted', () => {
  test('of whichever kind, once there is no more room', () => {
    const { cache, write, findPublic } = bench(2);
    write('a');
    const evicted: string[] = [];
    const [sets, others] = ['sets', 'others'].map((name) =>
      cache.kind<CachedSet>(name, (key) => evicted.push(name + key)),
    );
    for (const key of ['1', '2']) if (sets) finish(sets.of(key, findPublic));
    expect(sets?.get('1')).toBeDefined();
    if (others) finish(others.of('1', findPublic));
    expect(evicted).toEqual(['sets2']);
    expect([sets?.get('1'), sets?.get('2'), others?.get('1')].map((one) => one !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('and still says what is true of a doc, though no write updates it', () => {
    const { cache, write, findPublic } = bench(1);
    write('a');
    const sets = cache.kind<CachedSet>('sets');
    const evicted = finish(sets.of('1', findPublic));
    finish(sets.of('2', findPublic));
    const doc = write('a', true);
    expect([hasDoc(evicted.set, doc), evicted.matches(doc)]).toEqual([true, false]);
  });

  test('and found again by who asks for it', () => {
    const { cache, write, findPublic } = bench(1);
    const doc = write('a');
    const sets = cache.kind<CachedSet>('sets');
    for (const key of ['1', '2', '1']) expect([...docsOf(finish(sets.of(key, findPublic)).set)]).toEqual([doc]);
  });
});
