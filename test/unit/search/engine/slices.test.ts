import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { EngineBusy } from '../../../../src/search/api.ts';
import { createScheduler, type Steps } from '../../../../src/search/engine/structures/scheduler.ts';

test('much long work at once goes on one slice a turn of the event loop, until all of it is done', async () => {
  let steps = 0;
  function* work(): Steps<string> {
    for (let step = 0; step < 20; step += 1) {
      steps += 1;
      yield;
    }
    return 'done';
  }
  const schedule = createScheduler(0);
  const answers = Promise.all(Array.from({ length: 10 }, () => schedule(work(), undefined)));
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

test('of much long work at once a few go on, and the others as soon as those are done', async () => {
  let goingOn = 0;
  let most = 0;
  function* work(): Steps<string> {
    yield;
    goingOn += 1;
    most = Math.max(most, goingOn);
    for (let step = 0; step < 5; step += 1) yield;
    goingOn -= 1;
    return 'done';
  }
  const schedule = createScheduler(0);
  const begin = () => Array.from({ length: 20 }, () => schedule(work(), undefined));
  expect(await Promise.all(begin())).toEqual(new Array(20).fill('done'));
  expect(await Promise.all(begin())).toEqual(new Array(20).fill('done'));
  expect(most).toBe(6);
});

describe('when as much work waits as may', () => {
  function* work(steps: number): Steps<string> {
    for (let step = 0; step < steps; step += 1) yield;
    return 'done';
  }

  function fullLine() {
    const inSlices = createScheduler(0, 3);
    const clients = [1, 2, 3].map(() => new AbortController());
    const answers = clients.map(({ signal }) => inSlices(work(100), signal));
    return { inSlices, clients, answers, signal: new AbortController().signal };
  }

  test('more is refused, and tidied up', async () => {
    const { inSlices, answers, signal } = fullLine();
    let isTidy = false;
    function* refused(): Steps<string> {
      try {
        return yield* work(2);
      } finally {
        isTidy = true;
      }
    }
    expect(() => inSlices(refused(), signal)).toThrow(EngineBusy);
    expect(isTidy).toBe(true);
    expect(await Promise.all(answers)).toEqual(['done', 'done', 'done']);
    expect(await inSlices(work(2), signal)).toBe('done');
  });

  test('what is short is answered all the same', () => {
    const { inSlices, signal } = fullLine();
    expect(inSlices(work(0), signal)).toBe('done');
  });

  test('work that nobody can give up, which is our own, is not refused', async () => {
    const { inSlices } = fullLine();
    expect(await inSlices(work(2), undefined)).toBe('done');
  });

  test('work that was given up makes room at once', async () => {
    const { inSlices, clients, answers, signal } = fullLine();
    for (const client of clients) client.abort(new Error('gone'));
    const later = [inSlices(work(2), signal), inSlices(work(2), signal), inSlices(work(2), signal)];
    expect(() => inSlices(work(2), signal)).toThrow(EngineBusy);
    expect(await Promise.allSettled(answers)).toEqual(
      new Array(3).fill({ status: 'rejected', reason: new Error('gone') }),
    );
    expect(await Promise.all(later)).toEqual(['done', 'done', 'done']);
  });
});

test('work that fails or is given up hands its turn on', async () => {
  function* work(outcome: () => string): Steps<string> {
    yield;
    yield;
    return outcome();
  }
  const fail = () => {
    throw new Error('broken');
  };
  const schedule = createScheduler(0);
  const stop = new AbortController();
  const answers = [
    schedule(work(fail), undefined),
    schedule(
      work(() => 'late'),
      stop.signal,
    ),
    schedule(
      work(() => 'done'),
      undefined,
    ),
  ];
  stop.abort(new Error('gone'));
  expect(await Promise.allSettled(answers)).toEqual([
    { status: 'rejected', reason: new Error('broken') },
    { status: 'rejected', reason: new Error('gone') },
    { status: 'fulfilled', value: 'done' },
  ]);
});
