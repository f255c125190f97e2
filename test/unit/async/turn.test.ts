import { expect, test } from '@jest/globals';
import { createSpareTime, createTurn } from '../../../src/async/turn.ts';

test('whoever waits for the event loop has a turn before the next one', async () => {
  const turn = createTurn(0);
  let others = 0;
  setImmediate(() => {
    others += 1;
  });
  expect(turn.isOver()).toBe(true);
  await turn.next();
  expect(others).toBe(1);
});

test('a turn that has just begun is not over', () => {
  expect(createTurn(3_600_000).isOver()).toBe(false);
});

/** How many turns of the event loop, each of `turnMs` milliseconds, have passed when each of three goes on. */
async function turnsOfThree(turnMs: number, longestWaitMs: number): Promise<number[]> {
  const spareTime = createSpareTime({ apartMs: 0, longestWaitMs });
  let turns = 0;
  const work = () => {
    turns += 1;
    const endMs = performance.now() + turnMs;
    while (performance.now() < endMs);
    next = setImmediate(work);
  };
  let next = setImmediate(work);
  const three = Array.from({ length: 3 }, async () => {
    await spareTime();
    return turns;
  });
  const passed = await Promise.all(three);
  clearImmediate(next);
  return passed;
}

test('those that wait for spare time go on one after another, with a turn of the event loop before each', async () => {
  const [first = 0, second = 0, third = 0] = await turnsOfThree(0, Number.POSITIVE_INFINITY);
  expect([first >= 1, second > first, third > second]).toEqual([true, true, true]);
});

test('those that wait for spare time go on together at last where there is none', async () => {
  const [first = 0, ...others] = await turnsOfThree(2, 200);
  expect(first).toBeGreaterThan(1);
  expect(others).toEqual([first, first]);
});

test('those that wait for spare time go on some time apart', async () => {
  const spareTime = createSpareTime({ apartMs: 20 });
  const beganMs = performance.now();
  await Promise.all([spareTime(), spareTime(), spareTime()]);
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(40);
});
