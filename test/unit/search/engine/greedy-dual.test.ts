import { describe, expect, test } from '@jest/globals';
import { createGreedyDual, type Weighed } from '../../../../src/search/engine/cache/greedy-dual.ts';

/** Puts entries in, each of size 1 unless it says otherwise, and says which are evicted, first to last. */
function bench(...entries: readonly (readonly [key: string, cost: number, size?: number])[]) {
  const kept = createGreedyDual<Weighed & { readonly key: string }>();
  const put = (key: string, cost: number, size = 1) => kept.put(key, { key, cost, size });
  for (const [key, cost, size] of entries) put(key, cost, size);
  const evict = (count: number) => Array.from({ length: count }, () => kept.evict()?.key);
  return { kept, put, evict };
}

describe('what is evicted first', () => {
  test('is what costs the least to be found again, for its size', () => {
    const { evict } = bench(['dear', 9], ['cheap', 1], ['large', 12, 4]);
    expect(evict(4)).toEqual(['cheap', 'large', 'dear', undefined]);
  });

  test('is what was used the longest ago, of what is worth the same', () => {
    const { kept, evict } = bench(['a', 1], ['b', 1], ['c', 1]);
    kept.use('a');
    expect(evict(3)).toEqual(['b', 'c', 'a']);
  });

  test('is at last what was dear and is not used any more', () => {
    const { put, evict } = bench(['dear', 3]);
    const evicted = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => {
      put(key, 1);
      put(`${key}2`, 1);
      return evict(2);
    });
    expect(evicted.indexOf('dear')).toBeGreaterThan(3);
  });

  test('is not what was dear and is used again and again', () => {
    const { kept, put, evict } = bench(['dear', 3]);
    const evicted = Array.from({ length: 50 }, (_, i) => {
      kept.use('dear');
      put(`${i}`, 1);
      return evict(1)[0];
    });
    expect(evicted).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
  });
});

test('sizes are those of what is there, each entry once', () => {
  const { kept, put, evict } = bench(['a', 1, 4], ['b', 2, 8]);
  put('a', 1, 2);
  expect([kept.count(), kept.size()]).toEqual([2, 10]);
  evict(1);
  expect([kept.count(), kept.size()]).toEqual([1, 2]);
});
