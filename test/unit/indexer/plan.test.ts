import { describe, expect, test } from '@jest/globals';
import { agreeOnPlan, cutRanges, sampleNames } from '../../../src/indexer/plan.ts';
import { createMemoryRanges } from '../support/memory-index.ts';

const { signal } = new AbortController();

async function* names(count: number) {
  for (let at = 0; at < count; at += 1) yield `name-${String(at).padStart(7, '0')}`;
}

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
    const first = await agreeOnPlan({ layout: { listNames: () => names(400) }, ranges, epoch: 1 }, signal);
    const layout = {
      listNames(): AsyncIterable<string> {
        throw new Error('counted again');
      },
    };
    expect(await agreeOnPlan({ layout, ranges, epoch: 1 }, signal)).toEqual(first);
    expect(first.boundaries).toHaveLength(2);
  });
});
