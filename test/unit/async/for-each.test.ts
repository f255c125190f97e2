import { expect, test } from '@jest/globals';
import { forEach } from '../../../src/async/for-each.ts';

const running = new AbortController().signal;
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

test('works on every item, no more than so many at once', async () => {
  const seen: number[] = [];
  let underWay = 0;
  let most = 0;
  const work = async (item: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    seen.push(item);
  };
  await forEach([1, 2, 3, 4, 5], { concurrency: 2, work }, running);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test('rejects with the first failure, for which the others were ended, also those that began earlier', async () => {
  const work = async (item: string, signal: AbortSignal) => {
    if (item === 'fails') throw new Error('the first');
    await untilAborted(signal);
  };
  await expect(forEach(['long', 'fails', 'never'], { concurrency: 2, work }, running)).rejects.toThrow('the first');
});

test('ends when it is told to stop', async () => {
  const stopping = new AbortController();
  const work = async (_item: number, signal: AbortSignal) => {
    stopping.abort();
    signal.throwIfAborted();
  };
  await expect(forEach([1, 2], { concurrency: 1, work }, stopping.signal)).rejects.toThrow();
  expect(stopping.signal.aborted).toBe(true);
});
