import { expect, test } from '@jest/globals';
import { removableOf } from '../../../../src/api/mass-deletion.ts';
import { rangesBetween } from '../../../../src/indexer/resync/compare.ts';
import { confirmationOf } from '../../../../src/indexer/resync/deletion-guard.ts';

test.each([
  { living: 0, removable: 20 },
  { living: 20, removable: 20 },
  { living: 200, removable: 20 },
  { living: 219, removable: 21 },
  { living: 10_000, removable: 1_000 },
])('of $living repositories $removable may go without a question', ({ living, removable }) => {
  expect(removableOf(living)).toBe(removable);
});

test('a finding is named by its repositories, in whatever order they were found', () => {
  expect(confirmationOf(['a', 'b'])).toBe(confirmationOf(['b', 'a']));
  expect(confirmationOf(['a', 'b'])).toMatch(/^[0-9a-f]{12}$/);
  expect(confirmationOf(['a', 'b'])).not.toBe(confirmationOf(['a', 'b', 'c']));
  expect(confirmationOf(['a', 'b'])).not.toBe(confirmationOf(['ab']));
});

test('a walk goes over the ranges of the backfill, some of them together where they are many', () => {
  expect(rangesBetween([])).toEqual([{ from: undefined, to: undefined }]);
  expect(rangesBetween(['m'])).toEqual([
    { from: undefined, to: 'm' },
    { from: 'm', to: undefined },
  ]);
  const boundaries = Array.from({ length: 255 }, (_, at) => `r${at + 1}`);
  const ranges = rangesBetween(boundaries);
  expect(ranges).toHaveLength(32);
  expect(ranges[0]).toEqual({ from: undefined, to: 'r8' });
  expect(ranges.slice(1).every(({ from }, at) => from === ranges[at]?.to)).toBe(true);
  expect(ranges.at(-1)).toEqual({ from: 'r248', to: undefined });
});
