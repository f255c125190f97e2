import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Expectation, Hint } from '../../../../src/indexer/events/hint.ts';
import { createHintQueue, type HintQueue, type RepositoryWork } from '../../../../src/indexer/events/hint-queue.ts';

let queue: HintQueue;
let taken: RepositoryWork[];
const stop = new AbortController();

beforeEach(() => {
  jest.useFakeTimers();
  queue = createHintQueue({ maxNames: 3 });
  taken = [];
});

afterEach(() => {
  queue.close();
  jest.useRealTimers();
});

const tagHint = (name: string, tag: string): Hint => ({ kind: 'tag', name, tag, expects: { kind: 'nothing' } });

/** One worker, which keeps what it takes until it is finished. */
async function takeOne(): Promise<void> {
  const work = await queue.take(stop.signal);
  if (work) taken.push(work);
}

const shapes = () => taken.map(({ name, tags, isWhole }) => [name, [...tags.keys()], isWhole]);

describe('the queue of hints', () => {
  test('gives a repository once for all hints about it, soon after the first', async () => {
    void takeOne();
    for (const tag of ['a', 'b', 'a']) queue.add(tagHint('app', tag));
    await jest.advanceTimersByTimeAsync(29);
    expect(taken).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(shapes()).toEqual([['app', ['a', 'b'], false]]);
  });

  test('gives a repository to one worker at a time, and again what came meanwhile', async () => {
    void takeOne();
    void takeOne();
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(50);
    queue.add(tagHint('app', 'b'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(shapes()).toEqual([['app', ['a'], false]]);
    queue.finish('app');
    await jest.advanceTimersByTimeAsync(0);
    expect(shapes()).toEqual([
      ['app', ['a'], false],
      ['app', ['b'], false],
    ]);
  });

  test('gives what is left when its time comes, and hints before that at once', async () => {
    void takeOne();
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    for (let at = 0; at < 2; at += 1) void takeOne();
    await jest.advanceTimersByTimeAsync(10_000);
    queue.add(tagHint('app', 'b'));
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app');
    await jest.advanceTimersByTimeAsync(20_000);
    expect(shapes()).toEqual([
      ['app', ['a'], false],
      ['app', ['b'], false],
      ['app', [], true],
    ]);
  });

  test('gives tags before what only completes a record, also when the time of both has come', async () => {
    for (let at = 0; at < 3; at += 1) void takeOne();
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    await jest.advanceTimersByTimeAsync(29_990);
    queue.add(tagHint('app', 'b'));
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app');
    await jest.advanceTimersByTimeAsync(2_900);
    expect(shapes()).toEqual([
      ['app', ['a'], false],
      ['app', ['b'], false],
    ]);
    await jest.advanceTimersByTimeAsync(100);
    expect(shapes().slice(2)).toEqual([['app', [], true]]);
  });

  test('leaves a repository alone for as long as its worker says, and no other one', async () => {
    for (let at = 0; at < 3; at += 1) void takeOne();
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(30);
    queue.add(tagHint('app', 'b'));
    queue.finish('app', undefined, 250);
    queue.add(tagHint('other', 'a'));
    await jest.advanceTimersByTimeAsync(249);
    expect(shapes().slice(1)).toEqual([['other', ['a'], false]]);
    await jest.advanceTimersByTimeAsync(1);
    expect(shapes().slice(2)).toEqual([['app', ['b'], false]]);
  });

  test('takes what is left for older than the hints that came meanwhile', async () => {
    for (let at = 0; at < 2; at += 1) void takeOne();
    const hint = (expects: Expectation): Hint => ({ kind: 'tag', name: 'app', tag: 'a', expects });
    queue.add(hint({ kind: 'absence' }));
    await jest.advanceTimersByTimeAsync(30);
    queue.add(hint({ kind: 'digest', digest: 'pushed-again' }));
    queue.finish('app', { tags: taken[0]?.tags ?? new Map(), tagsInMs: 50, wholeInMs: undefined, owed: 'tags' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(taken[1]?.tags.get('a')).toMatchObject({ expected: new Set(['pushed-again']), expectsAbsence: false });
  });

  test('reads a repository as a whole when more than a hundred of its tags are named', async () => {
    void takeOne();
    void takeOne();
    for (let at = 0; at < 100; at += 1) queue.add(tagHint('app', `v${at}`));
    for (let at = 0; at < 101; at += 1) queue.add(tagHint('crowd', `v${at}`));
    await jest.advanceTimersByTimeAsync(30);
    expect(shapes()).toMatchObject([
      ['app', { length: 100 }, false],
      ['crowd', { length: 101 }, true],
    ]);
  });

  test('has room for so many names, and for any number of hints about those', () => {
    const names = ['a', 'b', 'c', 'd'];
    expect(names.map((name) => queue.add(tagHint(name, 'v')))).toEqual([true, true, true, false]);
    expect(queue.add(tagHint('a', 'w'))).toBe(true);
    expect(queue.depth()).toBe(3);
  });

  test('has room again once a worker has left nothing to be done', async () => {
    for (const name of ['a', 'b', 'c']) {
      void takeOne();
      queue.add(tagHint(name, 'v'));
      await jest.advanceTimersByTimeAsync(30);
      queue.finish(name, { tags: new Map(), tagsInMs: 3_000, wholeInMs: undefined, owed: 'nothing' });
    }
    expect(queue.hasRoom()).toBe(true);
    expect(queue.add(tagHint('d', 'v'))).toBe(true);
  });

  test('has room for so many tags, and reads repositories as a whole of which more are named', async () => {
    queue = createHintQueue({ maxTags: 2 });
    for (let at = 0; at < 3; at += 1) void takeOne();
    for (const tag of ['v1', 'v2']) queue.add(tagHint('app', tag));
    for (const name of ['app', 'other']) expect(queue.add(tagHint(name, 'v3'))).toBe(true);
    await jest.advanceTimersByTimeAsync(30);
    expect(shapes()).toEqual([
      ['app', ['v1', 'v2'], true],
      ['other', [], true],
    ]);
    queue.add(tagHint('third', 'v1'));
    await jest.advanceTimersByTimeAsync(30);
    expect(shapes().slice(2)).toEqual([['third', ['v1'], false]]);
  });

  test('counts what waits or is worked on, not what will be read when it is quiet', async () => {
    void takeOne();
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(30);
    expect(queue.depth()).toBe(1);
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    expect(queue.depth()).toBe(0);
  });

  test('says of a hint that it is settled once a worker has finished what came before', async () => {
    const settled: string[] = [];
    void takeOne();
    queue.add(tagHint('app', 'a'), () => settled.push('a'));
    await jest.advanceTimersByTimeAsync(30);
    queue.add(tagHint('app', 'b'), () => settled.push('b'));
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    expect(settled).toEqual(['a']);
    void takeOne();
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app');
    expect(settled).toEqual(['a', 'b']);
  });

  test.each([
    ['tags', undefined],
    ['whole', 50],
  ] as const)('does not say so while a worker owes %s', async (owed, wholeInMs) => {
    let isSettled = false;
    void takeOne();
    queue.add(tagHint('app', 'a'), () => {
      isSettled = true;
    });
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app', { tags: taken[0]?.tags ?? new Map(), tagsInMs: 50, wholeInMs, owed });
    expect([isSettled, queue.depth()]).toEqual([false, 1]);
    void takeOne();
    await jest.advanceTimersByTimeAsync(50);
    queue.finish('app');
    expect([isSettled, queue.depth()]).toEqual([true, 0]);
  });

  test('does not take a repository for read as a whole when some of its tags were looked at', async () => {
    const settled: string[] = [];
    void takeOne();
    queue.add(tagHint('app', 'a'), () => settled.push('tag'));
    await jest.advanceTimersByTimeAsync(20);
    queue.add({ kind: 'repository', name: 'app' }, () => settled.push('repository'));
    await jest.advanceTimersByTimeAsync(10);
    queue.finish('app');
    expect([settled, queue.depth()]).toEqual([['tag'], 1]);
    void takeOne();
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app');
    expect(settled).toEqual(['tag', 'repository']);
    expect(shapes()).toEqual([
      ['app', ['a'], false],
      ['app', [], true],
    ]);
  });

  test('says whether there are hints that nobody else keeps, until a worker owes nothing for them', async () => {
    const state = () => [queue.depth(), queue.hasUnkept()];
    const kept = () => undefined;
    void takeOne();
    void takeOne();
    queue.add(tagHint('kept', 'a'), kept);
    queue.add({ kind: 'repository', name: 'kept' }, kept);
    expect(state()).toEqual([1, false]);
    queue.add(tagHint('app', 'a'), kept);
    queue.add(tagHint('app', 'a'));
    queue.add(tagHint('app', 'a'), kept);
    expect(state()).toEqual([2, true]);
    await jest.advanceTimersByTimeAsync(30);
    expect(state()).toEqual([2, true]);
    queue.finish('app', { tags: taken[1]?.tags ?? new Map(), tagsInMs: 50, wholeInMs: undefined, owed: 'tags' });
    expect(state()).toEqual([2, true]);
    void takeOne();
    await jest.advanceTimersByTimeAsync(50);
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    expect(state()).toEqual([1, false]);
    queue.finish('kept');
    expect(state()).toEqual([0, false]);
  });

  test('has an unkept hint about all of a repository while tags of a kept one are looked at', async () => {
    void takeOne();
    queue.add(tagHint('app', 'a'), () => undefined);
    await jest.advanceTimersByTimeAsync(20);
    queue.add({ kind: 'repository', name: 'app' });
    await jest.advanceTimersByTimeAsync(10);
    expect(shapes()).toEqual([['app', ['a'], false]]);
    expect(queue.hasUnkept()).toBe(true);
    queue.finish('app');
    expect(queue.hasUnkept()).toBe(true);
    void takeOne();
    await jest.advanceTimersByTimeAsync(30);
    queue.finish('app');
    expect(queue.hasUnkept()).toBe(false);
  });

  test('gives nothing more to a worker that is told to stop', async () => {
    const own = new AbortController();
    const waiting = queue.take(own.signal);
    own.abort();
    expect(await waiting).toBeUndefined();
    expect(await queue.take(own.signal)).toBeUndefined();
  });

  test.each([
    ['back', -3_600_000],
    ['ahead', 3_600_000],
  ])('gives what waits in its time although the clock is set %s by an hour', async (_, byMs) => {
    const setClock = () => jest.setSystemTime(Date.now() + byMs);
    for (let at = 0; at < 3; at += 1) void takeOne();
    queue.add({ kind: 'repository', name: 'gone' });
    queue.add(tagHint('app', 'a'));
    await jest.advanceTimersByTimeAsync(10);
    setClock();
    await jest.advanceTimersByTimeAsync(20);
    expect(shapes()).toEqual([
      ['gone', [], true],
      ['app', ['a'], false],
    ]);
    queue.finish('app', { tags: new Map(), tagsInMs: 0, wholeInMs: 30_000, owed: 'nothing' });
    setClock();
    queue.add(tagHint('app', 'b'));
    await jest.advanceTimersByTimeAsync(30);
    expect(shapes().slice(2)).toEqual([['app', ['b'], false]]);
  });
});
