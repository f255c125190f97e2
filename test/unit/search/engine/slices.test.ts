import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createSlicer, type Steps } from '../../../../src/search/engine/slices.ts';

test('much long work at once goes on one slice a turn of the event loop, until all of it is done', async () => {
  let steps = 0;
  function* work(): Steps<string> {
    for (let step = 0; step < 20; step += 1) {
      steps += 1;
      yield;
    }
    return 'done';
  }
  const inSlices = createSlicer(0);
  const answers = Promise.all(Array.from({ length: 10 }, () => inSlices(work(), undefined)));
  let most = 0;
  while (steps < 200) {
    const before = steps;
    await setImmediate();
    most = Math.max(most, steps - before);
  }
  expect(await answers).toEqual(new Array(10).fill('done'));
  // One before and one after the test's own turn.
  expect(most).toBeLessThanOrEqual(2);
});
