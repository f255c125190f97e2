import { describe, expect, test } from '@jest/globals';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { createAnswerCache } from '../../../src/server/answer-cache.ts';
import { searchRecord } from '../support/search-records.ts';

/** A cache with a clock and an engine to turn; every answer that is worked out is another. */
function bench(maxBytes = 10_000) {
  const sources: string[] = [];
  const clock = { nowMs: 0 };
  const engine = createSearchEngine();
  const cache = createAnswerCache({ maxBytes, now: () => clock.nowMs, onAnswer: (source) => sources.push(source) });
  let computed = 0;
  const ask = async (key = '/', served = {}) => {
    const compute = () => `answer ${++computed}`;
    return await cache.answer(key, { engine, epoch: 1, incomplete: false, ...served }, compute);
  };
  return { clock, sources, cache, engine, ask, write: () => engine.upsert(searchRecord('a')) };
}

describe('an answer is given again', () => {
  test('while nothing is written, for a minute', async () => {
    const { ask, clock, sources } = bench();
    expect(await ask()).toBe('answer 1');
    clock.nowMs = 59_999;
    expect(await ask()).toBe('answer 1');
    clock.nowMs = 60_000;
    expect(await ask()).toBe('answer 2');
    expect(sources).toEqual(['engine', 'cache', 'engine']);
  });

  test('for a second after it was asked for, whatever is written', async () => {
    const { ask, clock, write } = bench();
    await ask();
    write();
    clock.nowMs = 999;
    expect(await ask()).toBe('answer 1');
    clock.nowMs = 1_000;
    expect(await ask()).toBe('answer 2');
  });

  test('not when it was worked out while something was written, beyond that second', async () => {
    const { cache, engine, ask, clock, write } = bench();
    const slow = Promise.withResolvers<string>();
    const first = cache.answer('/', { engine, epoch: 1, incomplete: false }, () => slow.promise);
    write();
    slow.resolve('slow');
    expect(await first).toBe('slow');
    expect(await ask()).toBe('slow');
    clock.nowMs = 1_000;
    expect(await ask()).toBe('answer 1');
  });

  test('to all who ask while it is worked out', async () => {
    const { cache, engine, sources, ask } = bench();
    const slow = Promise.withResolvers<string>();
    const served = { engine, epoch: 1, incomplete: false };
    const first = cache.answer('/', served, () => slow.promise);
    const second = ask();
    slow.resolve('slow');
    expect([await first, await second, await ask()]).toEqual(['slow', 'slow', 'slow']);
    expect(sources).toEqual(['engine', 'cache', 'cache']);
  });

  test('not to another request, nor from another engine, nor once the index is complete', async () => {
    const { ask } = bench();
    expect(await ask('/a')).toBe('answer 1');
    expect(await ask('/b')).toBe('answer 2');
    expect(await ask('/a', { engine: createSearchEngine() })).toBe('answer 3');
    expect(await ask('/a', { incomplete: true })).toBe('answer 4');
    expect(await ask('/b')).toBe('answer 2');
  });

  test('not when working it out failed', async () => {
    const { cache, engine, ask } = bench();
    const served = { engine, epoch: 1, incomplete: false };
    const failed = cache.answer('/', served, () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(() =>
      cache.answer('/', served, () => {
        throw new Error('again');
      }),
    ).toThrow('again');
    expect(await ask()).toBe('answer 1');
  });
});

describe('the memory for answers', () => {
  test('has room for the latest asked for, and no more', async () => {
    const { ask } = bench(1_000);
    const keys = ['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h'];
    for (const key of keys) await ask(key);
    expect(await ask('/h')).toBe('answer 8');
    expect(await ask('/a')).toBe('answer 9');
  });

  test('takes in nothing that is larger than itself', async () => {
    const { cache, engine, ask } = bench(1_000);
    const served = { engine, epoch: 1, incomplete: false };
    const large = await cache.answer('/', served, () => 'x'.repeat(2_000));
    expect(large).toHaveLength(2_000);
    expect(await ask()).toBe('answer 1');
  });
});
