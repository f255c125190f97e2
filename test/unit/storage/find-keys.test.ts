import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findKeys } from '../../../src/storage/listing/find-keys.ts';
import { mergeLayouts } from '../../../src/storage/merge-layouts.ts';
import { createV1Layout } from '../../../src/storage/v1/layout.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';
import { createMemoryStorage } from '../../support/registry/memory-storage.ts';
import { digestOf, type Objects, put } from '../../support/registry/registry-model.ts';

const { signal } = new AbortController();
const PREFIX = 'blobs/';

function storageOf(keys: readonly string[], pageSize: number) {
  const objects: Objects = new Map();
  for (const key of keys) put(objects, key, 'x');
  return createMemoryStorage(objects, { pageSize });
}

const arbitraryKey = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-'), minLength: 1, maxLength: 4 });
const arbitraryKeys = fc.array(
  arbitraryKey.map((key) => PREFIX + key),
  { maxLength: 30 },
);

test('those keys are found that are there, by one LIST each at most and no GET', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryKeys, arbitraryKeys, fc.integer({ min: 1, max: 9 }), async (there, keys, pageSize) => {
      const storage = storageOf([...there, 'before', 'later'], pageSize);
      const found = await findKeys({ storage, prefix: PREFIX, keys, now: () => 0 }, signal);
      expect([...found].sort()).toEqual([...new Set(keys)].filter((key) => there.includes(key)).sort());
      expect(storage.requests.gets).toBe(0);
    }),
  );
});

test('keys far apart cost one LIST each, and those that lie together one for all', async () => {
  const there = Array.from({ length: 5_000 }, (_, at) => `${PREFIX}${String(at).padStart(5, '0')}`);
  const storage = storageOf(there, 1_000);
  const look = async (keys: readonly string[]) => {
    storage.requests.lists = 0;
    const found = await findKeys({ storage, prefix: PREFIX, keys, now: () => 0 }, signal);
    return { found: found.size, lists: storage.requests.lists };
  };
  expect(await look([])).toEqual({ found: 0, lists: 0 });
  expect(await look([`${PREFIX}00007`, `${PREFIX}04000`, `${PREFIX}02500.5`])).toEqual({ found: 2, lists: 3 });
  expect(await look(there.slice(100, 900))).toEqual({ found: 800, lists: 1 });
  expect(await look([`${PREFIX}9/data`])).toEqual({ found: 0, lists: 1 });
});

test('a blob is found where its layout has it, and an image of V1 only once its upload has come to its end', async () => {
  const there = digestOf('there').slice('sha256:'.length);
  const [whole, begun, none] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
  const storage = storageOf(
    [
      `docker/registry/v2/blobs/sha256/${there.slice(0, 2)}/${there}/data`,
      `registry/images/${whole}/json`,
      `registry/images/${begun}/_inprogress`,
      `registry/images/${begun}/json`,
      `registry/images/${none}/ancestry`,
    ],
    3,
  );
  const now = () => 0;
  const v2 = createV2Layout({ storage, rootDirectory: '', now });
  const v1 = createV1Layout({ storage, root: 'registry', now });
  const wanted = [
    digestOf('there'),
    digestOf('gone'),
    `v1:${whole}`,
    `v1:${begun}`,
    `v1:${none}`,
    'sha256:../../x',
    '',
  ];
  for (const layout of [mergeLayouts(v2, v1), mergeLayouts(v1, v2)])
    expect([...(await layout.findBlobs(wanted, signal))].sort()).toEqual([digestOf('there'), `v1:${whole}`].sort());
  expect(storage.requests.gets).toBe(0);
});
