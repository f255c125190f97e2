import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { keyText, type ObjectKey } from '../../../src/kube/resource.ts';
import { createWorkQueue, type WorkQueue } from '../../../src/kube/work-queue.ts';

const key = (name: string): ObjectKey => ({ namespace: 'team', name });
const never = new AbortController().signal;

/** What lies ready now, taken and given back. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const stop = new AbortController();
  const names: string[] = [];
  for (;;) {
    const taking = queue.take(stop.signal);
    const taken = await Promise.race([taking, Promise.resolve().then(() => 'empty' as const)]);
    if (taken === 'empty' || taken === undefined) {
      stop.abort();
      return names;
    }
    names.push(taken.name);
    queue.finish(taken);
  }
}

describe('a work queue', () => {
  test('hands out each waiting key once, the oldest first', async () => {
    const queue = createWorkQueue();
    for (const name of ['b', 'a', 'b', 'c', 'a']) queue.add(key(name));
    expect(await drain(queue)).toEqual(['b', 'a', 'c']);
  });

  test('keeps a key back while it is being worked on, and hands it out again when it was added meanwhile', async () => {
    const queue = createWorkQueue();
    queue.add(key('a'));
    const taken = await queue.take(never);
    queue.add(key('a'));
    expect(await drain(queue)).toEqual([]);
    if (taken !== undefined) queue.finish(taken);
    expect(await drain(queue)).toEqual(['a']);
    expect(await drain(queue)).toEqual([]);
  });

  test('wakes a worker that waits', async () => {
    const queue = createWorkQueue();
    const waiting = queue.take(never);
    queue.add(key('a'));
    expect(await waiting).toEqual(key('a'));
  });

  test('lets waiting workers go when the signal aborts, and keeps its keys', async () => {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const waiting = queue.take(stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
    queue.add(key('a'));
    expect(await queue.take(stop.signal)).toBeUndefined();
    expect(await queue.take(never)).toEqual(key('a'));
  });

  test('never has a key with two workers at once and loses nothing that is added, however things interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 }),
        async (s, names) => {
          const queue = createWorkQueue();
          const stop = new AbortController();
          const busy = new Set<string>();
          const unseen = new Set<string>();
          const overlaps: string[] = [];
          const work = async () => {
            for (let taken = await queue.take(stop.signal); taken; taken = await queue.take(stop.signal)) {
              const text = keyText(taken);
              if (busy.has(text)) overlaps.push(text);
              busy.add(text);
              unseen.delete(text);
              await s.schedule(Promise.resolve());
              busy.delete(text);
              queue.finish(taken);
            }
          };
          const workers = [work(), work(), work()];
          for (const name of names)
            void s.schedule(Promise.resolve()).then(() => {
              unseen.add(keyText(key(name)));
              queue.add(key(name));
            });
          do {
            await s.waitIdle();
            await setImmediate();
          } while (s.count() > 0);
          stop.abort();
          await Promise.all(workers);
          expect(overlaps).toEqual([]);
          expect([...unseen]).toEqual([]);
        },
      ),
    );
  });
});

describe('times', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a key added for later comes then; of several times the earliest counts', async () => {
    const queue = createWorkQueue();
    queue.addAfter(key('a'), 5_000);
    queue.addAfter(key('a'), 1_000);
    queue.addAfter(key('a'), 3_000);
    jest.advanceTimersByTime(999);
    expect(await drain(queue)).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(await drain(queue)).toEqual(['a']);
    jest.advanceTimersByTime(10_000);
    expect(await drain(queue)).toEqual([]);
  });

  test('a time beyond what timers can hold does not come at once', async () => {
    const queue = createWorkQueue();
    queue.addAfter(key('a'), 2 ** 40);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toEqual([]);
  });

  /** Milliseconds until the key that was just given to `retry` lies ready. */
  async function pauseOf(queue: WorkQueue): Promise<number> {
    const startedAt = performance.now();
    while ((await drain(queue)).length === 0) jest.advanceTimersToNextTimer();
    return performance.now() - startedAt;
  }

  test('the pauses of a key double from 5 ms up to 5 minutes, until it went well', async () => {
    const queue = createWorkQueue();
    const pauses: number[] = [];
    for (let i = 0; i < 18; i++) {
      queue.retry(key('a'));
      pauses.push(await pauseOf(queue));
    }
    expect(pauses.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(pauses.slice(-2)).toEqual([300_000, 300_000]);
    queue.forget(key('a'));
    queue.retry(key('a'));
    expect(await pauseOf(queue)).toBe(5);
  });

  test('however many keys fail together, beyond a hundred they come back at ten a second', async () => {
    const queue = createWorkQueue();
    for (let i = 0; i < 120; i++) queue.retry(key(`k${i}`));
    jest.advanceTimersByTime(50);
    expect(await drain(queue)).toHaveLength(100);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toHaveLength(10);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toHaveLength(10);
  });

  test('a closed queue drops what waits for its time and takes no more', async () => {
    const queue = createWorkQueue();
    queue.addAfter(key('a'), 10);
    queue.close();
    queue.add(key('b'));
    expect(jest.getTimerCount()).toBe(0);
    expect(await drain(queue)).toEqual([]);
  });
});
