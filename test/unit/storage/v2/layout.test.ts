import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { collect } from '../../../support/collect.ts';
import { arbitraryRegistry } from '../../../support/registry/arbitrary-registry.ts';
import { createMemoryStorage, type MemoryOptions } from '../../../support/registry/memory-storage.ts';
import {
  byKey,
  digestOf,
  expectedTags,
  layOut,
  type ModelRepository,
  put,
  putBlob,
} from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
const layoutOf = (storage: ObjectStorage, rootDirectory = '') =>
  createV2Layout({ storage, rootDirectory, now: () => 7 });
const namesIn = (storage: ObjectStorage) => collect(layoutOf(storage).listNames(signal));
const tagged = (name: string, pushedAtMs = 5): ModelRepository => ({
  name,
  tags: [{ name: 'latest', content: 'x', pushedAtMs }],
});

describe('a listing of one repository', () => {
  test('has the same tags, in whatever pages they come, and not those of its neighbours', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, fc.integer({ min: 1, max: 9 }), async (registry, pageSize) => {
        const layout = layoutOf(createMemoryStorage(layOut(registry), { pageSize }));
        for (const repository of registry) {
          const { tags, faults, listedAtMs } = await layout.listRepository(repository.name, signal);
          expect({ tags, faults, listedAtMs }).toEqual({ tags: expectedTags(repository), faults: [], listedAtMs: 7 });
        }
      }),
      { numRuns: 100 },
    );
  });

  test('is empty for a repository that is gone, and for what is no name', async () => {
    const layout = layoutOf(createMemoryStorage(layOut([tagged('app')])));
    for (const name of ['gone', 'App', '../app', 'app/', ''])
      expect(await layout.listRepository(name, signal)).toMatchObject({ name, tags: [], faults: [] });
  });

  test('has the fingerprint that the walk gives, which a new push of the same image changes', async () => {
    const fingerprint = async (repository: ModelRepository) => {
      const layout = layoutOf(createMemoryStorage(layOut([repository])));
      const [item] = await collect(layout.walk({ from: undefined, to: undefined }, signal));
      const listing = await layout.listRepository(repository.name, signal);
      expect(item).toEqual({ kind: 'repository', listing });
      return listing.fingerprint;
    };
    expect(await fingerprint(tagged('app'))).toBe(await fingerprint(tagged('app')));
    expect(await fingerprint(tagged('app', 6))).not.toBe(await fingerprint(tagged('app', 5)));
  });
});

describe('the list of names', () => {
  const stores: MemoryOptions[] = [
    { delimiters: 'any' },
    { delimiters: 'refused' },
    { delimiters: 'ignored' },
    { delimiters: 'losesOneAPage' },
  ];

  test.each(stores)('is whole in a store where delimiters are: $delimiters', async (options) => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, fc.integer({ min: 1, max: 5 }), async (registry, pageSize) => {
        const written = registry.filter(
          ({ tags, layers, uploads }) => tags.length + (layers ?? 0) + (uploads ?? 0) > 0,
        );
        const names = await namesIn(createMemoryStorage(layOut(registry), { ...options, pageSize }));
        expect(names).toEqual(written.toSorted(byKey).map(({ name }) => name));
      }),
      { numRuns: 100 },
    );
  });

  test('costs a request for a thousand names, and three to see that the store pages rightly', async () => {
    const registry = Array.from({ length: 3_000 }, (_, at) => tagged(`team${at % 7}/app${at}`));
    const storage = createMemoryStorage(layOut(registry));
    expect(await namesIn(storage)).toHaveLength(3_000);
    expect(storage.requests.lists).toBeLessThanOrEqual(3 + 3);
  });

  test('begins with the page that a walk begins with, which is not listed again for that', async () => {
    const storage = createMemoryStorage(layOut([tagged('app'), tagged('base')]), { pageSize: 2 });
    const layout = layoutOf(storage);
    const walk = () => collect(layout.walk({ from: undefined, to: undefined }, signal));
    const whole = await walk();
    const listsOfWalk = storage.requests.lists;
    await collect(layout.listNames(signal));
    const listsBefore = storage.requests.lists;
    expect(await walk()).toEqual(whole);
    expect(storage.requests.lists - listsBefore).toBe(listsOfWalk - 1);
  });

  test('leaves out what is no name', async () => {
    const objects = layOut([tagged('app'), tagged('Bad')]);
    put(objects, 'docker/registry/v2/repositories/stray', '');
    put(objects, 'docker/registry/v2/repositories/', '');
    for (const pageSize of [1, 2, 100])
      expect(await namesIn(createMemoryStorage(objects, { pageSize }))).toEqual(['app']);
  });
});

describe('a blob', () => {
  test('is read under the root directory, with a limit', async () => {
    const objects = layOut([], 'some/root');
    const digest = putBlob(objects, 'hello', 'some/root');
    const layout = layoutOf(createMemoryStorage(objects), 'some/root');
    expect(await layout.readBlob(digest, 5, signal)).toEqual({ kind: 'found', bytes: Buffer.from('hello') });
    expect(await layout.readBlob(digest, 4, signal)).toEqual({ kind: 'tooLarge', size: 5 });
  });

  test('is missing where there is none, also for what is no digest', async () => {
    const layout = layoutOf(createMemoryStorage(new Map()));
    for (const digest of [digestOf('x'), 'sha256:../../x', 'md5:abc', ''])
      expect(await layout.readBlob(digest, 10, signal)).toEqual({ kind: 'missing' });
  });
});
