import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { RangeProgress } from '../../../../src/dynamodb/state/ranges.ts';
import { createLoadProgress, expectedRepositories } from '../../../../src/search/replica/load-progress.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';
import { createMemoryRanges } from '../../../support/index/memory-index.ts';

const { signal } = new AbortController();

function bench(expected: number | undefined) {
  const lines: Record<string, unknown>[] = [];
  const counts: number[] = [];
  let clockMs = 0;
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });
  const metrics = { loading: (records: number) => void counts.push(records) };
  const progress = createLoadProgress({ log, metrics, now: () => clockMs });
  progress.expect(expected);
  const read = (records: number, afterMs: number) => {
    clockMs += afterMs;
    progress.read(records);
  };
  return { lines, counts, read, progress };
}

describe('the progress of a load', () => {
  test('is logged every few seconds, and counted all the time', () => {
    const { lines, counts, read, progress } = bench(200);
    for (let page = 0; page < 12; page += 1) read(10, 1_000);
    expect(lines).toEqual([
      { level: 30, records: 50, percent: 25, seconds: 5, msg: 'Loading the index' },
      { level: 30, records: 100, percent: 50, seconds: 10, msg: 'Loading the index' },
    ]);
    expect(counts.at(-1)).toBe(120);
    expect(progress.seconds()).toBe(12);
    progress.end();
    expect(counts.at(-1)).toBe(0);
  });

  test.each([
    ['nobody has counted', undefined],
    ['there is more than was counted', 40],
  ])('says no share when %s', (_what, expected) => {
    const { lines, read } = bench(expected);
    read(50, 5_000);
    expect(lines).toEqual([{ level: 30, records: 50, seconds: 5, msg: 'Loading the index' }]);
  });
});

describe('how many repositories to expect', () => {
  const range = (at: number, repositories: number): RangeProgress => ({
    range: at,
    epoch: 1,
    state: 'done',
    pass: 2,
    unfinished: 0,
    repositories,
    tags: 0,
    lastName: undefined,
    errorCount: 0,
    faults: [],
    failure: undefined,
    updatedAtMs: 0,
  });

  test('is what the ranges of the build have counted', async () => {
    const ranges = createMemoryRanges(1);
    await ranges.agreePlan({ epoch: 1, boundaries: ['m'], counts: undefined }, signal);
    ranges.progress.set(1, range(1, 4));
    ranges.progress.set(0, range(0, 3));
    expect(await expectedRepositories({ ranges }, ownershipRecordOf(1), signal)).toBe(7);
  });

  test('is not known without ranges, or when they cannot be read', async () => {
    const ranges = createMemoryRanges(1);
    expect(await expectedRepositories({ ranges }, ownershipRecordOf(1), signal)).toBeUndefined();
    const denied = { ...ranges, readPlan: () => Promise.reject(new Error('denied')) };
    expect(await expectedRepositories({ ranges: denied }, ownershipRecordOf(1), signal)).toBeUndefined();
  });
});
