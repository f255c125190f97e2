import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHeldMessages, type HeldMessages } from '../../../../../src/indexer/events/sqs/held-messages.ts';
import { silentLog } from '../../../../support/silent-log.ts';

const MINUTE_MS = 60_000;
let stop: AbortController;

/** By the timers that a test lets pass. */
const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve());
  });

/** A queue that answers, or does not. */
let isBroken: boolean;
let removed: string[][];
let shown: [string[], number][];
let counts: Record<string, number>;
let held: HeldMessages;
let deadLetters: number;

beforeEach(() => {
  jest.useFakeTimers();
  isBroken = false;
  stop = new AbortController();
  [removed, shown, counts, deadLetters] = [[], [], {}, 0];
  const count = (name: string, by: number) => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  held = createHeldMessages({
    messages: {
      async remove(receipts) {
        if (isBroken) throw new Error('the queue does not answer');
        removed.push([...receipts]);
        return 0;
      },
      async show(receipts, visibleInS) {
        shown.push([[...receipts], visibleInS]);
      },
    },
    observer: {
      received: (by) => count('received', by),
      foreign: (by) => count('foreign', by),
      deleted: (by) => count('deleted', by),
      givenUp: (by) => count('givenUp', by),
      failed: (operation, by) => count(operation, by),
      waiting: (by) => count('waiting', by),
    },
    onDeadLetter() {
      deadLetters += 1;
    },
    maxReceives: () => 5,
    sleep,
    log: silentLog,
  });
});

afterEach(() => {
  stop.abort();
  jest.useRealTimers();
});

const message = (receipt: string, { sentAtMs = 0, receives = 1 } = {}) => ({ receipt, body: '', sentAtMs, receives });

describe('messages that are held', () => {
  test.each([
    ['back', -3_600_000],
    ['ahead', 3_600_000],
  ])('are kept from others, and not given up, although the clock is set %s by an hour', async (_, byMs) => {
    void held.extend(stop.signal);
    held.hold(message('m', { receives: 5 }));
    jest.setSystemTime(Date.now() + byMs);
    await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(shown.length).toBeGreaterThan(0);
    expect([held.size(), deadLetters]).toEqual([1, 0]);
  });

  test('are deleted once they are settled, ten by one request', async () => {
    const all = Array.from({ length: 12 }, (_, at) => message(`m${at}`));
    for (const each of all) held.hold(each);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(removed).toEqual([]);
    for (const each of all) held.settle(each);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(removed.map(({ length }) => length)).toEqual([10, 2]);
    expect([held.size(), counts.deleted]).toEqual([0, 12]);
    held.hold(message('late'));
    held.settle(message('late'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(removed.at(-1)).toEqual(['late']);
  });

  test('come again where they cannot be deleted, and are counted', async () => {
    isBroken = true;
    held.hold(message('m'));
    held.settle(message('m'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect([held.size(), counts.delete]).toEqual([0, 1]);
  });

  test('stay invisible to others until they are settled, a quarter of an hour at most', async () => {
    void held.extend(stop.signal);
    held.hold(message('m'));
    await jest.advanceTimersByTimeAsync(14 * MINUTE_MS);
    expect(shown.length).toBeGreaterThanOrEqual(10);
    expect(shown.every(([receipts, visibleInS]) => receipts.join() === 'm' && visibleInS === 120)).toBe(true);
    await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect([held.size(), counts.givenUp]).toEqual([0, 1]);
    held.settle(message('m'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(removed).toEqual([]);
  });

  test('go to the dead letters when they are given up for the last time', () => {
    for (const receives of [4, 5]) held.hold(message(`m${receives}`, { receives }));
    held.giveUp(message('m4'));
    expect(deadLetters).toBe(0);
    held.giveUp(message('m5'));
    expect([deadLetters, counts.givenUp]).toEqual([1, 2]);
  });

  test('are deleted or given back at the end', async () => {
    for (const name of ['done', 'left']) held.hold(message(name));
    held.settle(message('done'));
    await held.finish(stop.signal);
    expect([removed, shown]).toEqual([[['done']], [[['left'], 0]]]);
  });

  test('say when the oldest of them was sent', () => {
    expect(held.oldestSentAtMs()).toBeUndefined();
    for (const sentAtMs of [7, 5, 9]) held.hold(message(`m${sentAtMs}`, { sentAtMs }));
    expect(held.oldestSentAtMs()).toBe(5);
  });
});
