import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agreeOnPlan, cutRanges, partitions, sampleNames, unplanned } from '../../../../src/indexer/backfill/plan.ts';
import { createMemoryRanges } from '../../../support/index/memory-index.ts';

const { signal } = new AbortController();

async function* names(count: number) {
  for (let at = 0; at < count; at += 1) yield `name-${String(at).padStart(7, '0')}`;
}

const FIRST = { layout: { listNames: () => names(400) }, epoch: 1, waitMs: 0 };
const COUNTED_AGAIN = {
  listNames(): AsyncIterable<string> {
    throw new Error('counted again');
  },
};

async function planOf(count: number) {
  const plan = cutRanges(1, await sampleNames(names(count)));
  return { ...plan, counts: plan.counts ?? [] };
}

describe('a plan', () => {
  test.each([
    [0, 1],
    [1, 1],
    [150, 1],
    [151, 2],
    [9_599, 64],
    [9_600, 64],
    [38_400, 256],
    [300_000, 256],
  ])('for %d repositories has %d ranges', async (count, ranges) => {
    const plan = await planOf(count);
    expect(plan.boundaries).toHaveLength(ranges - 1);
    expect(plan.counts).toHaveLength(ranges);
  });

  test.each([151, 1_000, 20_000, 100_001])('for %d repositories is even, and its counts are exact', async (count) => {
    const { boundaries, counts } = await planOf(count);
    const position = (name: string) => Number(name.slice('name-'.length));
    const ends = [...boundaries.map(position), count];
    expect(counts).toEqual(ends.map((end, at) => end - (ends[at - 1] ?? 0)));
    const average = count / counts.length;
    expect(Math.max(...counts)).toBeLessThan(average * 1.1);
    expect(Math.min(...counts)).toBeGreaterThan(average * 0.9);
  });

  test('keeps few names of many', async () => {
    const sample = await sampleNames(names(200_000));
    expect(sample.count).toBe(200_000);
    expect(sample.names.length).toBeLessThanOrEqual(8_192);
  });

  test('that is there already is taken, and nothing is counted', async () => {
    const ranges = createMemoryRanges();
    const first = await agreeOnPlan({ ...FIRST, ranges }, signal);
    expect(await agreeOnPlan({ ...FIRST, layout: COUNTED_AGAIN, ranges }, signal)).toEqual(first);
    expect(first.boundaries).toHaveLength(2);
  });

  test('is waited for by the others while the first worker counts', async () => {
    const ranges = createMemoryRanges();
    const other = agreeOnPlan({ ...FIRST, layout: COUNTED_AGAIN, ranges, waitMs: 60_000 }, signal);
    const first = await agreeOnPlan({ ...FIRST, ranges }, signal);
    expect(await other).toEqual(first);
  });

  test('is made by another where the first worker does not come, or tells that it cannot count', async () => {
    const absent = createMemoryRanges();
    expect((await agreeOnPlan({ ...FIRST, ranges: absent, waitMs: 1 }, signal)).boundaries).toHaveLength(2);
    const hindered = createMemoryRanges();
    const failure = { kind: 'retryable', reason: 'Throttled', message: 'slow down' } as const;
    await hindered.agreePlan(unplanned(1, failure), signal);
    expect((await agreeOnPlan({ ...FIRST, ranges: hindered, waitMs: 60_000 }, signal)).boundaries).toHaveLength(2);
  });
});

describe('partitions', () => {
  test('hold every item once, in order, and differ by one item at most', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (items, count) => {
        const cut = partitions(items, count);
        const lengths = cut.map(({ length }) => length);
        expect(cut.flat()).toEqual(items);
        expect(cut).toHaveLength(count);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
