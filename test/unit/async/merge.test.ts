import { describe, expect, test } from '@jest/globals';
import { merge } from '../../../src/async/merge.ts';

async function* counting(from: number, to: number, onEnd: () => void = () => undefined) {
  try {
    for (let n = from; n < to; n++) yield n;
  } finally {
    onEnd();
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of stream) all.push(entry);
  return all;
}

describe('merged streams', () => {
  test('give all of each, in its order', async () => {
    const all = await collect(merge([counting(0, 5), counting(10, 12), counting(0, 0)]));
    expect(all.filter((n) => n < 10)).toEqual([0, 1, 2, 3, 4]);
    expect(all.filter((n) => n >= 10)).toEqual([10, 11]);
  });

  test('of nothing are empty', async () => {
    expect(await collect(merge([]))).toEqual([]);
  });

  test('come as they are ready, whatever the others do', async () => {
    const never = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => undefined) }),
    };
    const stream = merge([never, counting(0, 2)]);
    expect(await stream.next()).toEqual({ done: false, value: 0 });
    expect(await stream.next()).toEqual({ done: false, value: 1 });
  });

  test('are all ended when the reader leaves', async () => {
    const ended: string[] = [];
    const sources = ['a', 'b'].map((name) => counting(0, 100, () => ended.push(name)));
    for await (const n of merge(sources)) if (n === 3) break;
    expect(ended.sort()).toEqual(['a', 'b']);
  });

  test('fail when one fails, and the others are ended', async () => {
    const ended: string[] = [];
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give
    async function* failing(): AsyncGenerator<number> {
      throw new Error('broken');
    }
    const stream = merge([counting(0, 100, () => ended.push('a')), failing()]);
    await expect(collect(stream)).rejects.toThrow('broken');
    expect(ended).toEqual(['a']);
  });

  test('keep a failure that comes while nobody reads until somebody does', async () => {
    const { promise, reject } = Promise.withResolvers<number>();
    async function* source() {
      yield 1;
      yield await promise;
    }
    const stream = merge([source()]);
    await stream.next();
    reject(new Error('later'));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(stream.next()).rejects.toThrow('later');
  });
});
