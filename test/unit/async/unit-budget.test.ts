import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createUnitBudget } from '../../../src/async/unit-budget.ts';

const { signal } = new AbortController();

/** A budget on a clock that only its own pauses and the test move. */
function budgetOf(unitsPerSecond: number) {
  let clockMs = 0;
  const pass = (ms: number) => {
    clockMs += ms;
  };
  const spend = createUnitBudget({ unitsPerSecond, now: () => clockMs, pause: async (ms) => pass(ms) });
  return { spend, pass, nowMs: () => clockMs };
}

test('a budget never gives more units than its pace and one second of idleness allow', async () => {
  const step = fc.record({ units: fc.integer({ min: 1, max: 400 }), idleMs: fc.nat(3_000) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 40 }), async (pace, steps) => {
      const { spend, pass, nowMs } = budgetOf(pace);
      const spent: { atMs: number; units: number }[] = [];
      for (const { units, idleMs } of steps) {
        pass(idleMs);
        await spend(units, signal);
        spent.push({ atMs: nowMs(), units });
      }
      for (const [from, first] of spent.entries()) {
        const sum = spent.slice(from + 1).reduce((total, { units }) => total + units, 0);
        const seconds = ((spent.at(-1)?.atMs ?? 0) - first.atMs) / 1_000;
        expect(sum).toBeLessThanOrEqual(pace * (seconds + 1) + 1e-6);
      }
    }),
    { seed: 1 },
  );
});

test('a budget that is not used up lets nobody wait', async () => {
  const { spend, pass, nowMs } = budgetOf(10);
  pass(1_000);
  for (let unit = 0; unit < 10; unit += 1) await spend(1, signal);
  expect(nowMs()).toBe(1_000);
  await spend(5, signal);
  expect(nowMs()).toBe(1_500);
});
