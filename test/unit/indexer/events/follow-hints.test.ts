import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { followHints } from '../../../../src/indexer/events/follow-hints.ts';
import { createHintQueue, type HintQueue } from '../../../../src/indexer/events/hint-queue.ts';
import { PATCHED } from '../../../../src/indexer/events/patch-repository.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { createRegistryFixture, type FixtureIndexer, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';
import { silentLog } from '../../../support/silent-log.ts';

const fixture = createRegistryFixture();
const first = { name: 'v1', content: fixture.image({ text: 'one' }), pushedAtMs: 10 };
const second = { name: 'v2', content: fixture.image({ text: 'two' }), pushedAtMs: 20 };

let indexer: FixtureIndexer;
let queue: HintQueue;
let stop: AbortController;
let following: Promise<void>;
let lags: (number | undefined)[];
let missed: number;

beforeEach(async () => {
  jest.useFakeTimers();
  fixture.write({ name: 'app', tags: [first] });
  indexer = indexerOn(fixture.objects);
  await refreshRepository(indexer, 'app', new AbortController().signal);
  queue = createHintQueue();
  stop = new AbortController();
  [lags, missed] = [[], 0];
  const observer = {
    updated: (_: string, lagMs: number | undefined) => lags.push(lagMs),
    missed(tags: number) {
      missed += tags;
    },
    failed: () => undefined,
  };
  const current = async () => ({ ...indexer, now: Date.now });
  const deps = {
    queue,
    current,
    onWritten: () => undefined,
    observer,
    concurrency: 1,
    now: Date.now,
  };
  following = followHints({ ...deps, log: silentLog }, stop.signal);
});

afterEach(async () => {
  stop.abort();
  queue.close();
  jest.useRealTimers();
  await following;
});

function tellPush({ name: tag, content }: typeof first): void {
  queue.add({ kind: 'tag', name: 'app', tag, expects: { kind: 'digest', digest: digestOf(content) } });
}

/** With turns of the real event loop in between, which work waits for. */
async function pass(seconds: number): Promise<void> {
  for (let ms = 0; ms < seconds * 1_000; ms += 50) {
    await jest.advanceTimersByTimeAsync(50);
    await turn();
  }
}

const stored = () => indexer.records.stored.get('app');
const storedTags = () => stored()?.record.tags.map(({ name }) => name);

/** LISTs until a minute later. */
async function listsAfter(tell: () => void): Promise<number> {
  const { lists } = indexer.storage.requests;
  tell();
  await pass(60);
  return indexer.storage.requests.lists - lists;
}

test('a repository is read as a whole half a minute after a push was taken over', async () => {
  fixture.write({ name: 'app', tags: [first, second] });
  tellPush(second);
  await pass(1);
  expect([storedTags(), stored()?.fingerprint]).toEqual([['v1', 'v2'], PATCHED]);
  await pass(60);
  expect(stored()?.fingerprint).not.toBe(PATCHED);
});

test('a repository of which an event tells what is known has one tag listed, once more a second later, and no more', async () => {
  expect(await listsAfter(() => tellPush(first))).toBe(2);
});

test('a tag that is pushed again as it was gets the time of that, though its link is written after the event', async () => {
  tellPush(first);
  await pass(0.3);
  expect(queue.depth()).toBe(0);
  fixture.write({ name: 'app', tags: [{ ...first, pushedAtMs: 50 }] });
  await pass(2);
  expect(stored()?.record.tags).toMatchObject([{ name: 'v1', pushedAtMs: 50 }]);
});

test('a push is found at once after another one to the same tag of a new repository was waited for in vain', async () => {
  const tell = (digest: string) =>
    queue.add({ kind: 'tag', name: 'other', tag: 'v2', expects: { kind: 'digest', digest } });
  tell(digestOf(first.content));
  await pass(10);
  lags.length = 0;
  fixture.write({ name: 'other', tags: [second] });
  tell(digestOf(second.content));
  await pass(0.5);
  expect(indexer.records.stored.get('other')?.record.tags.length).toBe(1);
  expect(Math.max(...lags.map((lagMs = 0) => lagMs))).toBeLessThan(1_000);
});

test('a push is found within a second though the event of a deletion before it comes after its own', async () => {
  fixture.write({ name: 'app', tags: [first, second] });
  tellPush(second);
  queue.add({ kind: 'tag', name: 'app', tag: 'v2', expects: { kind: 'absence' } });
  await pass(0.5);
  expect(storedTags()).toEqual(['v1', 'v2']);
});

test('the first push of a repository is found half a minute later where its link comes later than it is waited for', async () => {
  const expects = { kind: 'digest', digest: digestOf(second.content) } as const;
  queue.add({ kind: 'tag', name: 'new', tag: 'v2', expects });
  await pass(10);
  expect([queue.depth(), missed, indexer.records.stored.has('new')]).toEqual([0, 1, false]);
  fixture.write({ name: 'new', tags: [second] });
  await pass(60);
  expect([indexer.records.stored.get('new')?.record.tags.length, missed]).toEqual([1, 1]);
});

test('of a storm about what is known the tag is listed twice a second at most, and a push is found within a second', async () => {
  const { lists } = indexer.storage.requests;
  const tellAgainFor = async (seconds: number) => {
    for (let told = 0; told < seconds * 20; told += 1) {
      tellPush(first);
      await pass(0.05);
    }
  };
  await tellAgainFor(10);
  expect(indexer.storage.requests.lists - lists).toBeLessThanOrEqual(20);
  fixture.write({ name: 'app', tags: [first, second] });
  tellPush(second);
  await tellAgainFor(1);
  expect(storedTags()).toEqual(['v1', 'v2']);
});

test('pushes that follow one another are written nine times a second at most, the first at once, and the last within half a second', async () => {
  const pushed = Array.from({ length: 40 }, (_, at) => ({ ...second, name: `p${at}`, pushedAtMs: 20 + at }));
  const before = stored()?.revision ?? 0;
  const written = () => (stored()?.revision ?? 0) - before;
  const push = (at: number) => {
    fixture.write({ name: 'app', tags: [first, ...pushed.slice(0, at + 1)] });
    tellPush(pushed[at] ?? second);
  };
  push(0);
  await pass(0.1);
  expect(written()).toBe(1);
  for (let at = 1; at < pushed.length; at += 1) {
    push(at);
    await pass(0.05);
  }
  await pass(0.5);
  expect(storedTags()).toHaveLength(1 + pushed.length);
  expect(written()).toBeLessThanOrEqual(23);
});

test('a push whose link comes later than it is waited for is found by a reading of the whole', async () => {
  tellPush(second);
  await pass(10);
  expect(storedTags()).toEqual(['v1']);
  fixture.write({ name: 'app', tags: [first, second] });
  await pass(60);
  expect(storedTags()).toEqual(['v1', 'v2']);
});

test('a push is found within a second of its link although all of its repository was to be read meanwhile', async () => {
  queue.add({ kind: 'repository', name: 'app' });
  tellPush(second);
  await pass(0.2);
  expect([storedTags(), queue.hasUnkept()]).toEqual([['v1'], true]);
  fixture.write({ name: 'app', tags: [first, second] });
  await pass(0.5);
  expect([storedTags(), queue.hasUnkept()]).toEqual([['v1', 'v2'], false]);
});

test.each([
  ['back', -3_600_000],
  ['ahead', 3_600_000],
])('a push is waited for and found although the clock is set %s by an hour', async (_, byMs) => {
  tellPush(second);
  await pass(0.1);
  jest.setSystemTime(Date.now() + byMs);
  await pass(0.1);
  fixture.write({ name: 'app', tags: [first, second] });
  await pass(0.5);
  expect(storedTags()).toEqual(['v1', 'v2']);
  expect(Math.max(...lags.map((lagMs = 0) => lagMs))).toBeLessThan(1_000);
});
