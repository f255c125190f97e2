import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StorageFault } from '../../../../src/api/fault.ts';
import type { NameRange, RepositoryListing, WalkItem } from '../../../../src/storage/layout.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { collect } from '../../../support/collect.ts';
import { arbitraryNames, arbitraryRegistry } from '../../../support/registry/arbitrary-registry.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import {
  byKey,
  byteOrder,
  digestOf,
  expectedTags,
  layOut,
  type ModelRepository,
  put,
} from '../../../support/registry/registry-model.ts';

const ROOT = 'docker/registry/v2/repositories/';
const everything: NameRange = { from: undefined, to: undefined };
const { signal } = new AbortController();

const layoutOf = (storage: ObjectStorage, now = () => 7) => createV2Layout({ storage, rootDirectory: '', now });

async function walked(storage: ObjectStorage, ranges = [everything]): Promise<WalkItem[]> {
  const layout = layoutOf(storage);
  const items: WalkItem[] = [];
  for (const range of ranges) items.push(...(await collect(layout.walk(range, signal))));
  return items;
}

function listingsOf(items: readonly WalkItem[]): RepositoryListing[] {
  return items.flatMap((item) => (item.kind === 'repository' ? [item.listing] : []));
}

function faultsOf(items: readonly WalkItem[]): StorageFault[] {
  return items.flatMap((item) =>
    item.kind === 'fault' ? [item.fault] : [...item.listing.faults, ...item.listing.unread],
  );
}

function truthOf(registry: readonly ModelRepository[]) {
  return registry
    .filter(({ tags }) => tags.length > 0)
    .toSorted(byKey)
    .map((repository) => ({ name: repository.name, tags: expectedTags(repository) }));
}

function rangesAt(names: readonly string[]): NameRange[] {
  const cuts = names.toSorted((a, b) => byteOrder(`${a}/_`, `${b}/_`));
  return [undefined, ...cuts].map((from, at) => ({ from, to: cuts[at] }));
}

const tag = (name: string) => ({ name, content: name, pushedAtMs: 5 });
const one = (name: string, ...tags: string[]): ModelRepository => ({ name, tags: tags.map(tag) });

describe('a walk', () => {
  test('finds every tag of any registry, at any page size, in any cut into ranges', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRegistry,
        fc.integer({ min: 1, max: 9 }),
        arbitraryNames,
        async (registry, pageSize, cuts) => {
          const storage = createMemoryStorage(layOut(registry), { pageSize });
          const items = await walked(storage, rangesAt(cuts));
          expect(listingsOf(items).map(({ name, tags }) => ({ name, tags }))).toEqual(truthOf(registry));
          expect(faultsOf(items)).toEqual([]);
          expect(storage.requests.gets).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('finds the same where ETags tell nothing, by reading the links', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, fc.integer({ min: 1, max: 9 }), async (registry, pageSize) => {
        const items = await walked(createMemoryStorage(layOut(registry), { pageSize, etags: 'encrypted' }));
        expect(listingsOf(items).map(({ name, tags }) => ({ name, tags }))).toEqual(truthOf(registry));
      }),
      { numRuns: 100 },
    );
  });

  test('is surveyed with the same fingerprints, without reading the links', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, fc.integer({ min: 1, max: 9 }), async (registry, pageSize) => {
        const storage = createMemoryStorage(layOut(registry), { pageSize, etags: 'encrypted' });
        const walk = listingsOf(await walked(storage));
        const { gets } = storage.requests;
        const surveyed = await collect(layoutOf(storage).scanFingerprints(everything, signal));
        expect(storage.requests.gets).toBe(gets);
        expect(surveyed).toEqual(
          walk.map(({ tags: _tags, unread: _unread, ...listing }) => ({
            kind: 'repository',
            listing,
          })),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('gives the neighbours of a name in the order of their keys', async () => {
    const names = ['app', 'app-extra', 'app/x', 'app.x', 'app0', 'app/0sub'];
    const items = await walked(createMemoryStorage(layOut(names.map((name) => one(name, 'latest'))), { pageSize: 3 }));
    expect(listingsOf(items).map(({ name }) => name)).toEqual([
      'app-extra',
      'app.x',
      'app/0sub',
      'app',
      'app/x',
      'app0',
    ]);
  });

  test('over adjacent ranges, one after the other, lists no page twice', async () => {
    const registry = Array.from({ length: 40 }, (_, at) => one(`team/app${10 + at}`, 'latest'));
    const lists = async (cuts: readonly string[]) => {
      const storage = createMemoryStorage(layOut(registry), { pageSize: 20 });
      expect(listingsOf(await walked(storage, rangesAt(cuts)))).toHaveLength(registry.length);
      return storage.requests.lists;
    };
    expect(await lists(['team/app15', 'team/app22', 'team/app30', 'team/app45'])).toBe(await lists([]));
  });

  test('takes one request for each repository at most, however many layers it has', async () => {
    const registry = Array.from({ length: 20 }, (_, at) => ({ ...one(`team/app${at}`, 'latest'), layers: 500 }));
    const storage = createMemoryStorage(layOut(registry), { pageSize: 100 });
    expect(listingsOf(await walked(storage))).toHaveLength(20);
    expect(storage.requests.lists).toBeLessThanOrEqual(2 * 20 + 1);
  });

  test('leaves the history of a tag when its digest is known', async () => {
    const earlier = Array.from({ length: 500 }, (_, at) => `${at}`);
    const current = earlier.toSorted((a, b) => byteOrder(digestOf(a), digestOf(b)))[0] ?? '';
    const registry = [{ name: 'app', tags: [{ name: 'latest', content: current, pushedAtMs: 5, earlier }, tag('v1')] }];
    const storage = createMemoryStorage(layOut([{ ...registry[0], name: 'app', tags: registry[0]?.tags ?? [] }]), {
      pageSize: 10,
    });
    const [listing] = listingsOf(await walked(storage));
    expect(listing?.tags.map(({ name }) => name)).toEqual(['latest', 'v1']);
    expect(storage.requests.lists).toBeLessThan(8);
  });

  test('dates a listing by the first request that showed the repository, before it jumped', async () => {
    let clock = 0;
    const storage = createMemoryStorage(layOut([one('a', 'x'), one('b', 'y', 'z')]), { pageSize: 2 });
    const items = await collect(layoutOf(storage, () => ++clock).walk(everything, signal));
    expect(listingsOf(items).map(({ listedAtMs }) => listedAtMs)).toEqual([1, 3]);
  });

  test('says of an empty bucket that it has nothing', async () => {
    expect(await walked(createMemoryStorage(new Map()))).toEqual([]);
  });

  test('finds the same, without going round, when the store ignores where to begin', async () => {
    const registry = [one('a', 'x', 'y', 'z'), { ...one('b', 'x'), layers: 20 }, one('c', 'x')];
    const storage = createMemoryStorage(layOut(registry), { pageSize: 2 });
    const forgetful: ObjectStorage = {
      ...storage,
      list: ({ startAfter: _, ...rest }, stop) => storage.list(rest, stop),
    };
    for (const ranges of [[everything], rangesAt(['b'])])
      expect(listingsOf(await walked(forgetful, ranges)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(storage.requests.lists).toBeLessThan(2 * layOut(registry).size);
  });
});

describe('a walk over what does not belong there', () => {
  const healthy = one('app', 'latest');
  const longName = (length: number) => `${'a'.repeat(100)}/${'b'.repeat(100)}/${'c'.repeat(length - 202)}`;

  const cases: [string, string, string, StorageFault][] = [
    [
      'a stray key',
      `${ROOT}zz.txt`,
      'hello',
      { kind: 'Foreign', key: `${ROOT}zz.txt`, reason: 'not a file of a registry' },
    ],
    [
      'a stray key among the tags',
      `${ROOT}app/_manifests/tags/latest/notes`,
      'hello',
      { kind: 'Foreign', key: `${ROOT}app/_manifests/tags/latest/notes`, reason: 'not a file of a registry' },
    ],
    [
      'a link that is not a digest',
      `${ROOT}app/_manifests/tags/broken/current/link`,
      'sha256:nonsense',
      {
        kind: 'InvalidLink',
        key: `${ROOT}app/_manifests/tags/broken/current/link`,
        reason: 'the link does not hold a digest',
      },
    ],
    [
      'a link of 50 MB',
      `${ROOT}app/_manifests/tags/broken/current/link`,
      'x'.repeat(50_000_000),
      {
        kind: 'InvalidLink',
        key: `${ROOT}app/_manifests/tags/broken/current/link`,
        reason: 'the link does not hold a digest',
      },
    ],
    [
      'a tag outside the grammar',
      `${ROOT}app/_manifests/tags/a b/current/link`,
      digestOf('x'),
      {
        kind: 'InvalidName',
        key: `${ROOT}app/_manifests/tags/a b/current/link`,
        reason: 'the name of the tag is outside the grammar',
      },
    ],
    [
      'a tag that points to nothing',
      `${ROOT}app/_manifests/tags/gone/index/sha256/${digestOf('x').slice(7)}/link`,
      digestOf('x'),
      {
        kind: 'Leftover',
        key: `${ROOT}app/_manifests/tags/gone/index/sha256/${digestOf('x').slice(7)}/link`,
        reason: 'the tag has no current link',
      },
    ],
    [
      'a name outside the grammar',
      `${ROOT}App/_manifests/tags/latest/current/link`,
      digestOf('x'),
      { kind: 'InvalidName', key: 'App', reason: 'the name of the repository is outside the grammar' },
    ],
    [
      'a name of 256 characters',
      `${ROOT}${longName(256)}/_manifests/tags/latest/current/link`,
      digestOf('x'),
      { kind: 'InvalidName', key: longName(256), reason: 'the name of the repository is outside the grammar' },
    ],
  ];

  test.each(cases)('counts and names %s, and reads all else', async (_, key, body, fault) => {
    const objects = layOut([healthy, one('zoo', 'latest')]);
    put(objects, key, body);
    for (const pageSize of [1, 3, 1_000]) {
      const items = await walked(createMemoryStorage(objects, { pageSize }));
      expect(faultsOf(items)).toEqual([fault]);
      expect(listingsOf(items).map(({ name, tags }) => [name, tags.map((it) => it.name)])).toEqual([
        ['app', ['latest']],
        ['zoo', ['latest']],
      ]);
    }
  });

  test.each([1, 3, 1_000])('takes no folder marker for anything, in pages of %d', async (pageSize) => {
    const objects = layOut([healthy, one('app/sub', 'latest')]);
    const expected = await walked(createMemoryStorage(objects, { pageSize }));
    const markers = [
      '',
      '_$folder$',
      'app/',
      'app_$folder$',
      'app/_layers/',
      'app/_layers_$folder$',
      'app/_manifests/',
      'app/_manifests/revisions/',
      'app/_manifests/revisions/sha256/',
      'app/_manifests/tags/',
      'app/_manifests/tags_$folder$',
      'app/_manifests/tags/latest/',
      'app/_manifests/tags/latest_$folder$',
      'app/_manifests/tags/latest/current/',
      'app/_manifests/tags/latest/index/sha256/',
      'app/_uploads/',
      'Bad Name/',
      'Bad Name/_manifests/tags/latest/',
      'zz/',
    ];
    for (const marker of markers) put(objects, `${ROOT}${marker}`, '');
    expect(await walked(createMemoryStorage(objects, { pageSize }))).toEqual(expected);
    expect(faultsOf(expected)).toEqual([]);
  });

  test('takes a name of 255 characters', async () => {
    const items = await walked(createMemoryStorage(layOut([one(longName(255), 'latest')])));
    expect(listingsOf(items).map(({ name }) => name)).toEqual([longName(255)]);
    expect(faultsOf(items)).toEqual([]);
  });

  test('names a bad name once, not for each of its keys', async () => {
    const items = await walked(createMemoryStorage(layOut([one('Bad', 'a', 'b', 'c')]), { pageSize: 2 }));
    expect(faultsOf(items)).toHaveLength(1);
    expect(listingsOf(items)).toEqual([]);
  });

  test('tells what is wrong with a repository that has no other tag', async () => {
    const objects = layOut([]);
    put(objects, `${ROOT}app/_manifests/tags/latest/current/link`, 'nothing');
    const items = await walked(createMemoryStorage(objects));
    expect(faultsOf(items)).toMatchObject([{ kind: 'InvalidLink' }]);
    expect(listingsOf(items)).toMatchObject([{ name: 'app', hasTags: true, tags: [] }]);
  });
});
