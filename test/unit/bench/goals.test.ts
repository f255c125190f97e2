import { expect, test } from '@jest/globals';
import { rateHere, slownessOf as slownessOfPushes } from '../../bench/fresh/slowness.ts';
import type { LatencyFigures } from '../../bench/search/jobs.ts';
import { slownessOf } from '../../bench/search/slowness.ts';
import { goalLine } from '../../bench/support/goals.ts';

const GOAL = { name: 'p99', figure: 2, unit: 'ms', wanted: { atMost: 1 } };

test('a goal in milliseconds is missed on the machine it is set for, and met on one that takes three times as long', () => {
  expect(goalLine(GOAL)).toBe('goal p99: 2 ms, wanted at most 1 ms: missed');
  expect(goalLine({ ...GOAL, slowness: 3 })).toBe(
    'goal p99: 2 ms, wanted at most 1 ms (3 ms on this machine, 3.0 times as slow): met',
  );
  expect(goalLine({ ...GOAL, slowness: 1.5 })).toMatch(/: missed$/);
});

test('a goal says how it was measured behind its figure, so that its name stays', () => {
  expect(goalLine({ ...GOAL, measured: 'at 89 pushes/s' })).toBe(
    'goal p99: 2 ms (at 89 pushes/s), wanted at most 1 ms: missed',
  );
});

test('a machine is as slow as SQLite is in the mean of all classes, and never faster than that of the goals', () => {
  expect(slownessOf(sqliteWith({ 'exact name': 2.202 * 8, '1 character': 38 * 2 }), 100_000)).toBeCloseTo(4);
  expect(slownessOf(sqliteWith({ 'exact name': 1, '1 character': 20 }), 100_000)).toBe(1);
  expect(slownessOf(sqliteWith({ 'exact name': 100 }), 10_000)).toBe(1);
  expect(slownessOf(undefined, 100_000)).toBe(1);
});

test('a machine that takes twice the CPU for a push gets half as many at the highest rate, and a faster one no more', () => {
  const cpu = (factor: number) => ({ registry: 0.32 * factor, versitygw: 0.29 * factor, search: 5 });
  const slowness = slownessOfPushes({ cpu: { ...cpu(2), 'pushing and asking': 0.16 }, pushes: 100 });
  expect(slowness).toBeCloseTo(2);
  expect([1, 20, 100].map((rate) => rateHere(rate, slowness))).toEqual([1, 20, 50]);
  expect(slownessOfPushes({ cpu: cpu(0.5), pushes: 100 })).toBe(1);
});

function sqliteWith(p50Ms: Readonly<Record<string, number>>): LatencyFigures {
  const times = { cpuMs: 0, count: 1, p99Ms: 0, maxMs: 0 };
  const plain = Object.entries(p50Ms).map(([name, ms]) => ({ ...times, name, p50Ms: ms }));
  return { plain, filters: [], loadSeconds: 0, loadedBytes: 0, imageBytes: undefined, longestStallMs: 0 };
}
