import { expect, test } from '@jest/globals';
import { createLoopShare, type LoopTimes } from '../../../src/async/loop-share.ts';

const { signal } = new AbortController();

/** A loop that is busy for so much of the time, which passes by 1 ms whenever it is looked at. */
function loopOf(busy: (ms: number) => boolean) {
  let now = 0;
  let active = 0;
  const times = (): LoopTimes => {
    if (busy(now)) active += 1;
    now += 1;
    return { active, idle: now - active };
  };
  return { times, now: () => now };
}

test('work begins at once while the event loop is idle for most of the time', async () => {
  const loop = loopOf((ms) => ms % 4 === 0);
  const share = createLoopShare({ times: loop.times, patienceMs: 1_000 });
  for (let at = 0; at < 10; at += 1) await share.next(signal);
  expect(loop.now()).toBeLessThan(40);
});

test('work waits until the event loop has been idle as long as it was busy', async () => {
  const loop = loopOf((ms) => ms < 50);
  await createLoopShare({ most: 0.5, times: loop.times, patienceMs: 1_000 }).next(signal);
  expect(loop.now()).toBeGreaterThanOrEqual(98);
});

test('work begins in the end, however busy the event loop is', async () => {
  const loop = loopOf(() => true);
  const share = createLoopShare({ times: loop.times, patienceMs: 20 });
  await share.next(signal);
  await share.next(signal);
  expect(loop.now()).toBeGreaterThan(10);
});

test('who stops is not kept waiting', async () => {
  const loop = loopOf(() => true);
  const share = createLoopShare({ times: loop.times, patienceMs: 3_600_000 });
  await share.next(AbortSignal.abort());
  expect(loop.now()).toBeLessThan(10);
});
