import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createWorkQueue, type WorkerKind, type WorkQueue } from '../../../../src/kube/queue/work-queue.ts';
import { keyText, type ObjectKey } from '../../../../src/kube/resource.ts';

const key = (name: string): ObjectKey => ({ namespace: 'team', name });
const never = new AbortController().signal;
const SLOW: WorkerKind = { lane: 'slow', priorities: ['normal', 'low'] };

/** The next key that lies ready now. */
async function ready(queue: WorkQueue, kind?: WorkerKind): Promise<ObjectKey | undefined> {
  const stop = new AbortController();
  const taking = queue.take(stop.signal, kind);
  stop.abort();
  return taking;
}

/** What lies ready now, taken and given back. */
async function drain(queue: WorkQueue, kind?: WorkerKind): Promise<string[]> {
  const names: string[] = [];
  for (let taken = await ready(queue, kind); taken !== undefined; taken = await ready(queue, kind)) {
    names.push(taken.name);
    queue.finish(taken);
  }
  return names;
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

  test('releases waiting workers when the signal aborts, and keeps its keys', async () => {
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

describe('namespaces', () => {
  const keysOf = (namespace: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ namespace, name: `k${i}` }));

  test('take turns, however many keys each has', async () => {
    const queue = createWorkQueue();
    for (const added of [...keysOf('busy', 100), ...keysOf('quiet', 2), ...keysOf('other', 1)]) queue.add(added);
    const taken: string[] = [];
    for (let i = 0; i < 6; i++) taken.push(keyText((await queue.take(never)) ?? key('none')));
    expect(taken).toEqual(['busy/k0', 'quiet/k0', 'other/k0', 'busy/k1', 'quiet/k1', 'busy/k2']);
  });

  test('with fewer keys under way come first, so that one that hangs does not take every worker', async () => {
    const queue = createWorkQueue();
    for (const added of keysOf('hanging', 50)) queue.add(added);
    for (let i = 0; i < 10; i++) await queue.take(never);
    for (const added of keysOf('quiet', 3)) queue.add(added);
    for (let i = 0; i < 3; i++) expect((await queue.take(never))?.namespace).toBe('quiet');
  });

  test('of which none has more than 128 keys under way', async () => {
    const queue = createWorkQueue();
    for (const added of keysOf('hanging', 200)) queue.add(added);
    const taken: ObjectKey[] = [];
    for (let next = await ready(queue); next !== undefined; next = await ready(queue)) taken.push(next);
    expect(taken).toHaveLength(128);
    for (const finished of taken.slice(0, 1)) queue.finish(finished);
    expect(await ready(queue)).toMatchObject({ namespace: 'hanging' });
    queue.add(key('a'));
    expect(await ready(queue)).toEqual(key('a'));
  });

  test('each get a key within a round, whatever waits', async () => {
    const namespace = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const keys = fc.array(fc.record({ namespace, name: fc.constantFrom('x', 'y', 'z') }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(keys, async (added) => {
        const queue = createWorkQueue();
        for (const it of added) queue.add(it);
        const wanted = new Set(added.map((it) => it.namespace));
        const round = await Promise.all([...wanted].map(() => queue.take(never)));
        expect(new Set(round.map((taken) => taken?.namespace))).toEqual(wanted);
      }),
    );
  });
});

describe('keys of low priority', () => {
  test('come after all others, but first for a worker that prefers them, and never for one that does not take them', async () => {
    const queue = createWorkQueue();
    const keys = () => {
      for (const name of ['low1', 'low2']) queue.add(key(name), 'low');
      for (const name of ['a', 'b']) queue.add(key(name));
    };
    keys();
    expect(await drain(queue)).toEqual(['a', 'b', 'low1', 'low2']);
    keys();
    expect(await drain(queue, { lane: 'ordinary', priorities: ['low', 'normal'] })).toEqual(['low1', 'low2', 'a', 'b']);
    keys();
    expect(await drain(queue, { lane: 'ordinary', priorities: ['normal'] })).toEqual(['a', 'b']);
    expect(await drain(queue)).toEqual(['low1', 'low2']);
  });

  test('are no longer so when something changes, and stay in the queue once', async () => {
    const queue = createWorkQueue();
    for (const name of ['a', 'b']) queue.add(key(name), 'low');
    queue.add(key('b'));
    queue.add(key('b'), 'low');
    expect(await drain(queue)).toEqual(['b', 'a']);
  });

  test('are those that are only looked at again after a long time', async () => {
    jest.useFakeTimers();
    const queue = createWorkQueue();
    queue.addAfter(key('again'), 30_000);
    await jest.advanceTimersByTimeAsync(29_000);
    queue.addAfter(key('soon'), 1_500);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await drain(queue)).toEqual(['soon', 'again']);
    jest.useRealTimers();
  });
});

describe('the slow lane', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('has the keys that are retried in it, and the ordinary lane does not', async () => {
    const queue = createWorkQueue();
    queue.retry(key('hung'), 'slow');
    queue.add(key('a'));
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toEqual(['a']);
    expect(await drain(queue, SLOW)).toEqual(['hung']);
  });

  test('keeps its keys also when they change, until they are forgotten', async () => {
    const queue = createWorkQueue();
    queue.retry(key('hung'), 'slow');
    queue.add(key('hung'));
    expect(await drain(queue)).toEqual([]);
    const waiting = queue.take(never);
    queue.forget(key('hung'));
    expect(await waiting).toEqual(key('hung'));
  });

  test('loses a key whose next failure is quick', async () => {
    const queue = createWorkQueue();
    queue.retry(key('a'), 'slow');
    queue.retry(key('a'));
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toEqual(['a']);
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

  test('a delay that timers cannot hold does not fire at once', async () => {
    const queue = createWorkQueue();
    queue.addAfter(key('a'), 2 ** 40);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toEqual([]);
  });

  /** Milliseconds until the key that was just given to `retry` lies ready. */
  async function pauseOf(queue: WorkQueue): Promise<number> {
    const startedAt = performance.now();
    while ((await drain(queue, SLOW)).length + (await drain(queue)).length === 0) jest.advanceTimersToNextTimer();
    return performance.now() - startedAt;
  }

  test('the pauses of a key double from 5 ms up to a minute, until a success', async () => {
    const queue = createWorkQueue({ random: () => 0 });
    const pauses: number[] = [];
    for (let i = 0; i < 18; i++) {
      queue.retry(key('a'));
      pauses.push(await pauseOf(queue));
    }
    expect(pauses.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(pauses.slice(-2)).toEqual([60_000, 60_000]);
    queue.forget(key('a'));
    queue.retry(key('a'));
    expect(await pauseOf(queue)).toBe(5);
  });

  test('in the slow lane they begin at a second and end at half a minute', async () => {
    const queue = createWorkQueue({ random: () => 0 });
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      queue.retry(key('a'), 'slow');
      pauses.push(await pauseOf(queue));
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('they are spread, down to a half, so that keys that failed together do not come back together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
        const queue = createWorkQueue({ random: () => random });
        queue.retry(key('a'), 'slow');
        const pause = await pauseOf(queue);
        expect(pause).toBeGreaterThanOrEqual(500);
        expect(pause).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  test('failing keys of another namespace, however many, delay none', async () => {
    const queue = createWorkQueue();
    for (let i = 0; i < 1_000; i++) queue.retry({ namespace: 'failing', name: `k${i}` });
    queue.retry(key('a'));
    jest.advanceTimersByTime(5);
    expect(await drain(queue)).toContain('a');
  });

  test('however many keys of a namespace fail together, beyond a hundred they come back at ten a second', async () => {
    const queue = createWorkQueue();
    for (let i = 0; i < 120; i++) queue.retry(key(`k${i}`));
    jest.advanceTimersByTime(50);
    expect(await drain(queue)).toHaveLength(100);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toHaveLength(10);
    jest.advanceTimersByTime(1_000);
    expect(await drain(queue)).toHaveLength(10);
  });

  test('a closed queue drops delayed keys and accepts no more', async () => {
    const queue = createWorkQueue();
    queue.addAfter(key('a'), 10);
    queue.close();
    queue.add(key('b'));
    expect(jest.getTimerCount()).toBe(0);
    expect(await drain(queue)).toEqual([]);
  });
});
