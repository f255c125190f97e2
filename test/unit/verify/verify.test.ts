import { expect, test } from '@jest/globals';
import type { Inventory, RepositoryTags } from '../../../src/verify/inventory.ts';
import { verify } from '../../../src/verify/verify.ts';

const { signal } = new AbortController();

type Place = Map<string, Record<string, string>>;

/** A place that changes as `onRead` does while it is read. */
function inventoryOf(place: Place, onRead: (name: string) => void = () => undefined): Inventory {
  const tagsOf = (name: string): RepositoryTags => ({
    name,
    tags: new Map(Object.entries(place.get(name) ?? {})),
    unresolved: new Set(),
  });
  return {
    async *all() {
      for (const name of [...place.keys()]) yield tagsOf(name);
    },
    async read(name) {
      onRead(name);
      return tagsOf(name);
    },
  };
}

function compared(index: Inventory, truth: Inventory) {
  return verify({ index, truth, settleMs: 0, concurrency: 2 }, signal);
}

test('equal places have no differences, and are counted', async () => {
  const place: Place = new Map([
    ['a', { v1: 'd1', v2: 'd2' }],
    ['b', { v1: 'd3' }],
    ['empty', {}],
  ]);
  expect(await compared(inventoryOf(place), inventoryOf(place))).toEqual({
    ...{ repositories: 2, tags: 3, unresolved: 0, differences: [] },
  });
});

test('what differs is found in both directions, sorted by name', async () => {
  const index = inventoryOf(
    new Map([
      ['c', { v1: 'd1' }],
      ['b', { v1: 'd2' }],
    ]),
  );
  const truth = inventoryOf(
    new Map([
      ['b', { v1: 'd3' }],
      ['a', { v1: 'd4' }],
    ]),
  );
  const { differences } = await compared(index, truth);
  expect(differences.map(({ kind, repository }) => [kind, repository])).toEqual([
    ['MissingRepository', 'a'],
    ['OtherDigest', 'b'],
    ['ExtraRepository', 'c'],
  ]);
});

test('what the index has followed meanwhile is no difference', async () => {
  const indexed: Place = new Map([['a', { v1: 'old' }]]);
  let reads = 0;
  const index = inventoryOf(indexed, () => {
    reads += 1;
    if (reads === 2) indexed.set('a', { v1: 'new' });
  });
  expect(await compared(index, inventoryOf(new Map([['a', { v1: 'new' }]])))).toMatchObject({ differences: [] });
  expect(reads).toBe(2);
});

test('a tag that moves all the time is no difference, and the tag beside it that stays wrong is', async () => {
  let move = 0;
  const actual: Place = new Map([['a', { moving: 'm0', stays: 'right' }]]);
  const truth = inventoryOf(actual, () => {
    move += 1;
    actual.set('a', { moving: `m${move}`, stays: 'right' });
  });
  const { differences } = await compared(inventoryOf(new Map([['a', { moving: 'm0', stays: 'wrong' }]])), truth);
  expect(differences).toEqual([
    { kind: 'OtherDigest', repository: 'a', tag: 'stays', indexed: 'wrong', actual: 'right' },
  ]);
});

test('a place that cannot be read is no equal one', async () => {
  const failing: Inventory = {
    ...inventoryOf(new Map()),
    all() {
      throw new Error('unreachable');
    },
  };
  await expect(compared(inventoryOf(new Map()), failing)).rejects.toThrow('unreachable');
});

test('says how far it is', async () => {
  const place: Place = new Map([
    ['a', { v1: 'd1' }],
    ['b', { v1: 'd2' }],
  ]);
  const seen: [number, number][] = [];
  const onProgress = (...progress: [number, number]) => seen.push(progress);
  const [index, truth] = [inventoryOf(place), inventoryOf(place)];
  await verify({ index, truth, settleMs: 0, concurrency: 1, onProgress }, signal);
  expect(seen).toEqual([
    [1, 2],
    [2, 2],
  ]);
});
