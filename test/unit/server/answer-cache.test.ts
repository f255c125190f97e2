import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { type Computed, createAnswerCache, type Sendable } from '../../../src/server/answers/answer-cache.ts';
import { searchRecord } from '../../support/search/search-records.ts';

function asking(url: string) {
  const client = new AbortController();
  return { key: url, signal: client.signal, leave: () => client.abort() };
}

async function textOf(answer: Answer<Sendable>): Promise<string> {
  return String((await answer).body);
}

/** A cache with a clock and an engine to turn; every answer that is worked out is another. */
function bench(maxBytes = 10_000) {
  const sources: string[] = [];
  const clock = { nowMs: 0 };
  const engine = createSearchEngine();
  const cache = createAnswerCache({ maxBytes, now: () => clock.nowMs, onAnswer: (source) => sources.push(source) });
  let count = 0;
  const computed = (body: string, isTimed = false) => ({ body, isTimed });
  const ask = async (url = '/', served = {}) => {
    const compute = () => computed(`answer ${++count}`);
    return textOf(cache.answer(asking(url), { engine, epoch: 1, incomplete: false, ...served }, compute));
  };
  /** An answer of its own for the first time, which is not remembered. */
  const meet = async (url = '/', served = {}) => {
    await cache.answer(asking(url), { engine, epoch: 1, incomplete: false, ...served }, () => computed('first'));
    sources.length = 0;
  };
  return {
    clock,
    sources,
    cache,
    engine,
    ask,
    meet,
    computed,
    write: () => engine.upsert(searchRecord('a')),
  };
}

describe('an answer is given again', () => {
  test('while nothing is written', async () => {
    const { ask, meet, clock, write, sources } = bench();
    await meet();
    expect(await ask()).toBe('answer 1');
    clock.nowMs = 3_600_000;
    expect(await ask()).toBe('answer 1');
    write();
    expect(await ask()).toBe('answer 2');
    expect(sources).toEqual(['engine', 'cache', 'engine']);
  });

  test('for a second alone where it is of ages, which move on with the clock', async () => {
    const { cache, engine, clock, computed, meet } = bench();
    await meet();
    const served = { engine, epoch: 1, incomplete: false };
    const ask = (body: string) => textOf(cache.answer(asking('/'), served, () => computed(body, true)));
    expect(await ask('first')).toBe('first');
    clock.nowMs = 999;
    expect(await ask('second')).toBe('first');
    clock.nowMs = 1_000;
    expect(await ask('third')).toBe('third');
  });

  test('for a second after it was asked for, whatever is written', async () => {
    const { ask, meet, clock, write } = bench();
    await meet();
    await ask();
    write();
    clock.nowMs = 999;
    expect(await ask()).toBe('answer 1');
    clock.nowMs = 1_000;
    expect(await ask()).toBe('answer 2');
  });

  test('until a push has led to a change, for a client may look for it', async () => {
    const { ask, meet, clock, write, engine } = bench();
    await meet();
    await ask();
    write();
    const pushed = { pushedVersion: engine.version() };
    expect(await ask('/', pushed)).toBe('answer 2');
    write();
    clock.nowMs = 999;
    expect(await ask('/', pushed)).toBe('answer 2');
    clock.nowMs = 1_000;
    expect(await ask('/', pushed)).toBe('answer 3');
  });

  test('once it was asked for before, for most never are again', async () => {
    const { ask, sources } = bench();
    expect([await ask('/a'), await ask('/b'), await ask('/a'), await ask('/a')]).toEqual([
      'answer 1',
      'answer 2',
      'answer 3',
      'answer 3',
    ]);
    expect(sources).toEqual(['engine', 'engine', 'engine', 'cache']);
  });

  test('the first time as well if it took long; for a second after it was asked for, however long that was', async () => {
    const { cache, engine, ask, clock, computed, write } = bench();
    const slow = Promise.withResolvers<Computed>();
    const first = cache.answer(asking('/'), { engine, epoch: 1, incomplete: false }, () => slow.promise);
    write();
    slow.resolve(computed('slow'));
    expect(await textOf(first)).toBe('slow');
    expect(await ask()).toBe('slow');
    clock.nowMs = 1_000;
    expect(await ask()).toBe('answer 1');
  });

  test('the second time where it is large, however long it took: it would take the place of many others', async () => {
    const { cache, engine, sources, computed } = bench(1_000_000);
    const served = { engine, epoch: 1, incomplete: false };
    const ask = (body: string) => textOf(cache.answer(asking('/'), served, async () => computed(body.repeat(100_000))));
    expect([(await ask('a'))[0], (await ask('b'))[0], (await ask('c'))[0]]).toEqual(['a', 'b', 'b']);
    expect(sources).toEqual(['engine', 'engine', 'cache']);
  });

  test('to all who ask while it is worked out', async () => {
    const { cache, engine, sources, ask, computed } = bench();
    const slow = Promise.withResolvers<Computed>();
    const served = { engine, epoch: 1, incomplete: false };
    const first = cache.answer(asking('/'), served, () => slow.promise);
    const second = ask();
    slow.resolve(computed('slow'));
    expect([await textOf(first), await second, await ask()]).toEqual(['slow', 'slow', 'slow']);
    expect(sources).toEqual(['engine', 'cache', 'cache']);
  });

  test('for another second where it is found to be still right, which what is of ages or incomplete cannot be', async () => {
    const { cache, engine, clock, write, meet } = bench();
    await Promise.all([meet('/'), meet('/aged')]);
    const offered: (number | undefined)[] = [];
    const ask = (key: string, { isTimed = false, incomplete = false } = {}) =>
      textOf(
        cache.answer(asking(key), { engine, epoch: 1, incomplete }, (_signal, kept) => {
          offered.push(kept?.version);
          return (
            kept ?? { body: `answer ${offered.length}`, isTimed, asTyped: isTimed ? undefined : { next: undefined } }
          );
        }),
      );
    const askTwice = async (key: string, options = {}) => {
      const first = await ask(key, options);
      write();
      clock.nowMs += 1_000;
      return [first, await ask(key, options)];
    };
    expect(await askTwice('/')).toEqual(['answer 1', 'answer 1']);
    clock.nowMs += 999;
    write();
    expect(await ask('/')).toBe('answer 1');
    clock.nowMs += 1;
    expect(await ask('/')).toBe('answer 1');
    expect(offered).toEqual([undefined, 0, 1]);
    expect(await ask('/', { incomplete: true })).toBe('answer 4');
    expect(await askTwice('/aged', { isTimed: true })).toEqual(['answer 5', 'answer 6']);
  });

  test('not to another request, nor from another engine, nor once the index is complete', async () => {
    const { ask, meet } = bench();
    const other = createSearchEngine();
    await Promise.all([meet('/a'), meet('/b'), meet('/a', { engine: other })]);
    expect(await ask('/a')).toBe('answer 1');
    expect(await ask('/b')).toBe('answer 2');
    expect(await ask('/a', { engine: other })).toBe('answer 3');
    expect(await ask('/a', { incomplete: true })).toBe('answer 4');
    expect(await ask('/b')).toBe('answer 2');
  });

  test('not when working it out failed', async () => {
    const { cache, engine, ask } = bench();
    const served = { engine, epoch: 1, incomplete: false };
    const failed = cache.answer(asking('/'), served, () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(() =>
      cache.answer(asking('/'), served, () => {
        throw new Error('again');
      }),
    ).toThrow('again');
    expect(await ask()).toBe('answer 1');
  });
});

describe('the memory for answers', () => {
  test('has room for the latest asked for, and no more', async () => {
    const { ask, meet } = bench(1_000);
    const keys = ['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h'];
    for (const key of keys) await meet(key);
    for (const key of keys) await ask(key);
    expect(await ask('/h')).toBe('answer 8');
    expect(await ask('/a')).toBe('answer 9');
  });

  test('takes in nothing that is larger than itself', async () => {
    const { cache, engine, ask, meet, computed } = bench(1_000);
    await meet();
    const served = { engine, epoch: 1, incomplete: false };
    const large = await cache.answer(asking('/'), served, () => computed('x'.repeat(2_000)));
    expect(large.body).toHaveLength(2_000);
    expect(await ask()).toBe('answer 1');
  });
});

describe('an answer that is being worked out', () => {
  const served = { engine: createSearchEngine(), epoch: 1, incomplete: false };

  /** Goes on until it is given up. */
  function endless() {
    const seen: { signal?: AbortSignal } = {};
    const compute = (signal: AbortSignal) => {
      seen.signal = signal;
      return new Promise<Computed>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    return { seen, compute };
  }

  test('is given up when all who wait for it have gone, and not before', async () => {
    const { cache } = bench();
    const { seen, compute } = endless();
    const askers = [asking('/'), asking('/')];
    const answers = Promise.allSettled(askers.map((asker) => cache.answer(asker, served, compute)));
    askers[0]?.leave();
    expect(seen.signal?.aborted).toBe(false);
    askers[1]?.leave();
    expect(seen.signal?.aborted).toBe(true);
    expect(await answers).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  });

  test('is begun again for a client that asks after that', async () => {
    const { cache, computed } = bench();
    const asker = asking('/');
    const first = cache.answer(asker, served, endless().compute);
    asker.leave();
    expect(await textOf(cache.answer(asking('/'), served, () => computed('new')))).toBe('new');
    await expect(first).rejects.toThrow('aborted');
  });
});
