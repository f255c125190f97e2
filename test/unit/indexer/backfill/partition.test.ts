import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stretches } from '../../../../src/indexer/backfill/partition.ts';

describe('stretches', () => {
  test('hold every item once, in order, and differ by one item at most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (items, count) => {
        const cut = stretches(items, count);
        const lengths = cut.map(({ length }) => length);
        expect(cut.flat()).toEqual(items);
        expect(cut).toHaveLength(count);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
