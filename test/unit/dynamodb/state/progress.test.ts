import { describe, expect, test } from '@jest/globals';
import { paceOf, progressOf } from '../../../../src/dynamodb/state/progress.ts';
import type { RangePlan, RangeProgress } from '../../../../src/dynamodb/state/ranges.ts';

const plan: RangePlan = { epoch: 1, boundaries: ['b', 'c', 'd'], counts: [10, 20, 30, 40] };

function at(range: number, repositories: number, rest: Partial<RangeProgress> = {}): RangeProgress {
  const state = 'running';
  const nothing = {
    pass: 1,
    unfinished: 0,
    lastName: undefined,
    errorCount: 0,
    faults: [],
    failure: undefined,
    updatedAtMs: 0,
  } as const;
  return { range, epoch: 1, state, repositories, tags: repositories * 2, ...nothing, ...rest };
}

describe('the progress of a backfill', () => {
  test('is that of planning until there is a plan', () => {
    expect(progressOf(undefined, [])).toMatchObject({ state: 'planning', percent: 0, repositories: 0 });
  });

  test('counts repositories, and no range for more than was counted in it', () => {
    const progress = [at(0, 10, { state: 'done' }), at(1, 500), at(3, 5)];
    expect(progressOf(plan, progress)).toMatchObject({ state: 'running', percent: 35, repositories: 515, tags: 1_030 });
  });

  test('tells private repositories in no figure, but they are read all the same', () => {
    const hidden = { privateRepositories: 4, privateTags: 8 };
    const progress = [at(0, 10, { state: 'done', ...hidden }), at(1, 20, hidden)];
    expect(progressOf(plan, progress)).toMatchObject({ percent: 30, repositories: 22, tags: 44 });
  });

  test('is 100 only when every range is done', () => {
    const done = [0, 1, 2, 3].map((range) => at(range, 25, { state: 'done' }));
    expect(progressOf(plan, done)).toMatchObject({ state: 'done', percent: 100 });
    expect(progressOf(plan, done.slice(1))).toMatchObject({ state: 'running', percent: 90 });
    const lastOpen = done.map((each) => (each.range === 3 ? at(3, 40) : each));
    expect(progressOf(plan, lastOpen)).toMatchObject({ state: 'running', percent: 99 });
  });

  test('has what waits for the second pass half done', () => {
    const firstPass = [at(0, 10, { unfinished: 10 }), at(1, 20, { unfinished: 4 })];
    expect(progressOf(plan, firstPass)).toMatchObject({ percent: 23, searchable: false });
    const secondPass = [10, 20, 30, 40].map((count, range) => at(range, count, { pass: 2, unfinished: count }));
    expect(progressOf(plan, secondPass)).toMatchObject({ state: 'running', percent: 50, searchable: true });
    const later = secondPass.map((range) => ({ ...range, unfinished: 2 }));
    expect(progressOf(plan, later)).toMatchObject({ percent: 96, searchable: true });
    const uncounted = { ...plan, counts: undefined };
    expect(progressOf(uncounted, later)).toMatchObject({ percent: 50 });
  });

  test('is searchable when every range has come through its first pass', () => {
    const done = [0, 1, 2].map((range) => at(range, 25, { state: 'done' }));
    expect(progressOf(plan, [...done, at(3, 40)])).toMatchObject({ searchable: false });
    expect(progressOf(plan, [...done, at(3, 40, { pass: 2, unfinished: 1 })])).toMatchObject({ searchable: true });
    expect(progressOf(undefined, [])).toMatchObject({ searchable: false });
  });

  test('counts ranges where repositories could not be counted', () => {
    const progress = [at(0, 10, { state: 'done' }), at(1, 500)];
    expect(progressOf({ ...plan, counts: undefined }, progress)).toMatchObject({ percent: 25 });
  });

  test('is failed while one range is, and tells why', () => {
    const failure = { reason: 'AccessDenied', message: 'no' };
    const progress = [at(0, 1), at(1, 1, { state: 'failed', failure })];
    expect(progressOf(plan, progress)).toMatchObject({ state: 'failed', failure });
  });

  test('tells what a running range waits for, and rather what has stopped another', () => {
    const failure = { reason: 'Throttled', message: 'slow down' };
    const waiting = [at(0, 1), at(1, 1, { failure })];
    expect(progressOf(plan, waiting)).toMatchObject({ state: 'running', failure });
    const denied = { reason: 'AccessDenied', message: 'no' };
    const failed = [...waiting, at(2, 1, { state: 'failed', failure: denied })];
    expect(progressOf(plan, failed)).toMatchObject({ state: 'failed', failure: denied });
  });

  test('tells what keeps the ranges from being planned', () => {
    const failure = { reason: 'BucketNotFound', message: 'no' };
    const nothing = { epoch: 1, boundaries: [], counts: undefined, failure };
    expect(progressOf(nothing, [])).toMatchObject({ state: 'planning', percent: 0, failure });
  });

  test('names the first 20 faults and counts them all', () => {
    const faults = Array.from({ length: 15 }, (_, index) => ({ key: `${index}`, reason: 'bad' }));
    const progress = [at(0, 1, { faults, errorCount: 15 }), at(1, 1, { faults, errorCount: 1_000 })];
    const { errorCount, faults: named } = progressOf(plan, progress);
    expect(errorCount).toBe(1_015);
    expect(named).toHaveLength(20);
  });

  test('may be asked for some ranges alone', () => {
    const progress = [at(0, 10, { state: 'done' }), at(1, 5), at(2, 30, { state: 'done' })];
    expect(progressOf(plan, progress, [0, 2])).toMatchObject({ state: 'done', percent: 100, repositories: 40 });
    expect(progressOf(plan, progress, [1, 3])).toMatchObject({ state: 'running', percent: 8, repositories: 5 });
    expect(progressOf(plan, progress, [])).toMatchObject({ state: 'done', percent: 100 });
  });
});

const began = { share: 0.1, repositories: 100 };

test('a pace tells repositories a second, and how long the rest takes at it', () => {
  const pace = paceOf(began, { share: 0.35, repositories: 600 }, 50_000);
  expect(pace.repositoriesPerSecond).toBe(10);
  expect(pace.secondsLeft).toBeCloseTo(130);
});

test('a pace does not guess where nothing has been done yet', () => {
  expect(paceOf(began, began, 0)).toEqual({ repositoriesPerSecond: 0, secondsLeft: undefined });
});

test('a pace has nothing left of what is done', () => {
  expect(paceOf(began, { share: 1, repositories: 1_000 }, 1_000)).toMatchObject({ secondsLeft: 0 });
});
