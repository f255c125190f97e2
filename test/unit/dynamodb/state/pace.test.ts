import { expect, test } from '@jest/globals';
import { paceOf } from '../../../../src/dynamodb/state/pace.ts';

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
