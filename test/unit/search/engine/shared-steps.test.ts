import { expect, test } from '@jest/globals';
import { createSharedSteps } from '../../../../src/search/engine/cache/shared-steps.ts';
import { finish, type Steps } from '../../../../src/search/engine/structures/scheduler.ts';

const STEPS = 10;

/** Something that takes some steps to find; `find` says how often it was begun, and where it stands. */
function createWork() {
  const work = { begun: 0, steps: 0, tidied: 0, isBroken: false };
  function* find(): Steps<{ readonly number: number }> {
    work.begun += 1;
    const number = work.begun;
    try {
      for (let step = 0; step < STEPS; step += 1) {
        work.steps += 1;
        yield;
        if (work.isBroken) throw new Error('broken');
      }
      return { number };
    } finally {
      work.tidied += 1;
    }
  }
  return { work, find, once: createSharedSteps<{ readonly number: number }>() };
}

test('what several ask for at once is found once, by all of them together', () => {
  const { work, find, once } = createWork();
  const askers = [1, 2, 3].map(() => once.of('key', find));
  for (const asker of askers) asker.next();
  expect(askers.map(finish)).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  expect(work).toEqual({ begun: 1, steps: STEPS, tidied: 1, isBroken: false });
});

test('others go on with it when the first who asked gives up', () => {
  const { work, find, once } = createWork();
  const [first, second] = [once.of('key', find), once.of('key', find)];
  first.next();
  second.next();
  expect(() => first.throw(new Error('gone'))).toThrow('gone');
  expect(work.tidied).toBe(0);
  expect(finish(second)).toEqual({ number: 1 });
});

test('it is ended when the last who asked gives up, and begun anew by whoever asks then', () => {
  const { work, find, once } = createWork();
  const [first, second] = [once.of('key', find), once.of('key', find)];
  first.next();
  second.next();
  for (const asker of [first, second]) expect(() => asker.throw(new Error('gone'))).toThrow('gone');
  expect(work.tidied).toBe(1);
  expect(finish(once.of('key', find))).toEqual({ number: 2 });
});

test('when it fails with one who asked, another begins anew', () => {
  const { work, find, once } = createWork();
  const [first, second] = [once.of('key', find), once.of('key', find)];
  first.next();
  second.next();
  work.isBroken = true;
  expect(() => first.next()).toThrow('broken');
  work.isBroken = false;
  expect(finish(second)).toEqual({ number: 2 });
});
