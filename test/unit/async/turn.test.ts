import { expect, test } from '@jest/globals';
import { createTurn } from '../../../src/async/turn.ts';

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
