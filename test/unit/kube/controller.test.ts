import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { unlessAborted } from '../../../src/async/deadline.ts';
import { runController } from '../../../src/kube/controller.ts';
import { after, done, type Outcome, retry, stalled } from '../../../src/kube/outcome.ts';
import { createWorkQueue } from '../../../src/kube/queue/work-queue.ts';
import { keyText, type ObjectKey } from '../../../src/kube/resource.ts';
import { silentLog } from '../../support/silent-log.ts';

const key: ObjectKey = { namespace: 'team', name: 'a' };

/** A controller whose passes end as told, one after the other, and then `done`. */
function start(outcomes: readonly (() => Outcome)[], concurrency = 1) {
  const queue = createWorkQueue({ random: () => 0 });
  const stop = new AbortController();
  const passes: string[] = [];
  const results: string[] = [];
  const running = runController(
    {
      name: 'test',
      queue,
      concurrency,
      log: silentLog,
      metrics: { reconciled: (kind) => void results.push(kind) },
      reconcile: async (reconciled) => (outcomes[passes.push(keyText(reconciled)) - 1] ?? (() => done))(),
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await running;
  };
  return { queue, passes, results, end };
}

describe('when an object is reconciled next', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('after "done" only when the key is added again', async () => {
    const { queue, passes, results, end } = start([() => done]);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(passes).toEqual(['team/a']);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(0);
    expect(passes).toHaveLength(2);
    expect(results).toEqual(['done', 'done']);
    await end();
  });

  test('at once when it has changed, however many are only looked at again', async () => {
    const looking: (() => void)[] = [];
    const queue = createWorkQueue();
    const stop = new AbortController();
    const begun: string[] = [];
    const reconcile = async ({ name }: ObjectKey) => {
      begun.push(name);
      if (name !== 'changed') await new Promise<void>((resolve) => looking.push(resolve));
      return done;
    };
    const options = { name: 'test', queue, concurrency: 16, idleMs: () => 0, log: silentLog, reconcile };
    const running = runController(options, stop.signal);
    for (let i = 0; i < 100; i++) queue.add({ namespace: 'team', name: `again${i}` }, 'low');
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['again0', 'again1']);
    queue.add({ namespace: 'team', name: 'changed' });
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['again0', 'again1', 'changed']);
    stop.abort();
    for (const end of looking) end();
    await running;
  });

  test('after "after" at that time', async () => {
    const { queue, passes, end } = start([() => after(60_000)]);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(59_999);
    expect(passes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(passes).toHaveLength(2);
    await end();
  });

  test('after "retry", and after a rejection, with growing pauses until a success', async () => {
    const fail = () => {
      throw new Error('boom');
    };
    const { queue, passes, results, end } = start([fail, () => retry(new Error('no')), fail, () => done, fail]);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(4);
    expect(passes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(passes).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(10 + 20);
    expect(results).toEqual(['retry', 'retry', 'retry', 'done']);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(5);
    expect(passes).toHaveLength(6);
    await end();
  });

  test('after "stalled" when something changes, or much later', async () => {
    const { queue, passes, end } = start([() => stalled('NotOurs', 'the table belongs to another')]);
    queue.add(key);
    await jest.advanceTimersByTimeAsync(599_999);
    expect(passes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(passes).toHaveLength(2);
    await end();
  });
});

describe('stopping', () => {
  test('waits for the reconciliation under way, and leaves its key in the queue', async () => {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<Outcome>();
    let ended = false;
    const reconcile = async () => {
      begun.resolve();
      return finish.promise;
    };
    const options = { name: 'test', queue, concurrency: 2, log: silentLog, reconcile };
    const running = runController(options, stop.signal).then(() => {
      ended = true;
    });
    queue.add(key);
    await begun.promise;
    stop.abort();
    await Promise.resolve();
    expect(ended).toBe(false);
    finish.resolve(done);
    await running;
    expect(await queue.take(new AbortController().signal)).toEqual(key);
  });

  test('a reconciliation that it interrupts counts as no failure', async () => {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const results: string[] = [];
    const reconcile = async (_key: ObjectKey, signal: AbortSignal): Promise<Outcome> => {
      stop.abort();
      throw signal.reason;
    };
    const metrics = { reconciled: (kind: string) => void results.push(kind) };
    queue.add(key);
    await runController({ name: 'test', queue, concurrency: 1, log: silentLog, metrics, reconcile }, stop.signal);
    expect(results).toEqual([]);
  });
});

test('different keys are worked on at the same time, up to the concurrency', async () => {
  const queue = createWorkQueue();
  const stop = new AbortController();
  let busy = 0;
  let most = 0;
  let passes = 0;
  const reconcile = async (): Promise<Outcome> => {
    most = Math.max(most, ++busy);
    await new Promise(setImmediate);
    busy -= 1;
    if (++passes === 9) stop.abort();
    return done;
  };
  for (let i = 0; i < 9; i++) queue.add({ namespace: 'team', name: `k${i}` });
  await runController({ name: 'test', queue, concurrency: 3, log: silentLog, reconcile }, stop.signal);
  expect(most).toBe(3);
});

describe('while it makes no sense to begin', () => {
  test('nothing begins, and all of it does afterwards', async () => {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const answering = Promise.withResolvers<void>();
    const begun: string[] = [];
    const reconcile = async ({ name }: ObjectKey) => {
      begun.push(name);
      return done;
    };
    const options = { name: 'test', queue, concurrency: 2, log: silentLog, reconcile, ready: () => answering.promise };
    const running = runController(options, stop.signal);
    for (let i = 0; i < 4; i++) queue.add({ namespace: 'team', name: `k${i}` });
    await new Promise(setImmediate);
    expect(begun).toEqual([]);
    answering.resolve();
    await new Promise(setImmediate);
    expect(begun).toEqual(['k0', 'k1', 'k2', 'k3']);
    stop.abort();
    await running;
  });

  test('a stop leaves what was taken in the queue', async () => {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const reconcile = async () => done;
    const ready = (signal: AbortSignal) => unlessAborted(signal, new Promise<void>(() => undefined));
    const running = runController(
      { name: 'test', queue, concurrency: 2, log: silentLog, reconcile, ready },
      stop.signal,
    );
    queue.add(key);
    await new Promise(setImmediate);
    stop.abort();
    await running;
    expect(await queue.take(new AbortController().signal)).toEqual(key);
  });
});

describe('reconciliations that hang', () => {
  const keyOf = (name: string) => ({ namespace: 'team', name });

  /** A controller with one worker, of which passes of keys called `hang…` hang until they are told how to end. */
  function startHanging(idleMs: () => number = Date.now) {
    const queue = createWorkQueue();
    const stop = new AbortController();
    const begun: string[] = [];
    const hanging = new Map<string, (outcome: Outcome) => void>();
    const reconcile = ({ name }: ObjectKey): Promise<Outcome> => {
      begun.push(name);
      if (!name.startsWith('hang')) return Promise.resolve(done);
      return new Promise((resolve) => hanging.set(name, resolve));
    };
    const options = { name: 'test', queue, concurrency: 1, slowAfterMs: 100, idleMs, log: silentLog, reconcile };
    const running = runController(options, stop.signal);
    const endHung = (outcome: Outcome) => {
      for (const end of hanging.values()) end(outcome);
      hanging.clear();
    };
    const end = async () => {
      stop.abort();
      endHung(done);
      await running;
    };
    return { queue, begun, hanging, endHung, end, running, stop };
  }

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('delay others for a moment only', async () => {
    const { queue, begun, end } = startHanging();
    for (let i = 0; i < 50; i++) queue.add(keyOf(`hang${i}`));
    queue.add(keyOf('healthy'));
    await jest.advanceTimersByTimeAsync(50 * 100);
    expect(begun).toHaveLength(51);
    expect(begun.at(-1)).toBe('healthy');
    await end();
  });

  test('are waited for as long as this process has no time to spare', async () => {
    let idleMs = 0;
    const { queue, begun, end } = startHanging(() => idleMs);
    queue.add(keyOf('hang'));
    queue.add(keyOf('healthy'));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(begun).toEqual(['hang']);
    idleMs = 100;
    await jest.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(['hang', 'healthy']);
    await end();
  });

  test('and then fail are retried in the slow lane, apart from other keys', async () => {
    const { queue, begun, hanging, endHung, end } = startHanging();
    for (let i = 0; i < 50; i++) queue.add(keyOf(`hang${i}`));
    await jest.advanceTimersByTimeAsync(51 * 100);
    endHung(retry(new Error('no answer')));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hanging.size).toBe(16);
    queue.add(keyOf('healthy'));
    await jest.advanceTimersByTimeAsync(0);
    expect(begun.at(-1)).toBe('healthy');
    await end();
  });

  test('and then succeed come again in the ordinary lane', async () => {
    const { queue, begun, endHung, end } = startHanging();
    queue.add(keyOf('hang'));
    await jest.advanceTimersByTimeAsync(200);
    endHung(after(1_000));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(begun).toEqual(['hang', 'hang']);
    await end();
  });

  test('are waited for when the controller stops', async () => {
    const { queue, endHung, running, stop } = startHanging();
    let ended = false;
    void running.then(() => {
      ended = true;
    });
    queue.add(keyOf('hang'));
    await jest.advanceTimersByTimeAsync(200);
    stop.abort();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ended).toBe(false);
    endHung(done);
    await running;
  });
});
