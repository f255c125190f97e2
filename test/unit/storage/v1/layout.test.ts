import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StorageFault } from '../../../../src/api/fault.ts';
import type { NameRange, RepositoryListing, WalkItem } from '../../../../src/storage/layout.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV1Layout } from '../../../../src/storage/v1/layout.ts';
import { collect } from '../../../support/collect.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { byKey, byteOrder, type Objects, put } from '../../../support/registry/registry-model.ts';
import {
  arbitraryV1Names,
  arbitraryV1Registry,
  byTagName,
  expectedV1Tags,
  folderOf,
  imageOf,
  LAST_UPDATE_MS,
  layOutV1,
  putImage,
  type V1Repository,
} from '../../../support/registry/v1-model.ts';

const ROOT = 'registry/repositories/';
const everything: NameRange = { from: undefined, to: undefined };
const { signal } = new AbortController();

const layoutOf = (storage: ObjectStorage, root = 'registry') => createV1Layout({ storage, root, now: () => 7 });
const layoutOn = (objects: Objects, pageSize = 1_000) => layoutOf(createMemoryStorage(objects, { pageSize }));
const tag = (name: string) => ({ name, content: name, pushedAtMs: 5_000 });
const one = (name: string, ...tags: string[]): V1Repository => ({ name, tags: tags.map(tag) });

function listingsOf(items: readonly WalkItem[]): RepositoryListing[] {
  return items.flatMap((item) => (item.kind === 'repository' ? [item.listing] : []));
}

function faultsOf(items: readonly WalkItem[]): StorageFault[] {
  return items.flatMap((item) =>
    item.kind === 'fault' ? [item.fault] : [...item.listing.faults, ...item.listing.unread],
  );
}

const factsOf = ({ name, isPrivate, tags }: RepositoryListing) => ({ name, isPrivate, tags: tags.toSorted(byTagName) });

function truthOf(registry: readonly V1Repository[]) {
  return registry.toSorted(byKey).map((repository) => {
    const { name, isPrivate = false } = repository;
    return { name, isPrivate, tags: expectedV1Tags(repository) };
  });
}

function rangesAt(names: readonly string[]): NameRange[] {
  const cuts = names.toSorted((a, b) => byteOrder(`${a}/_`, `${b}/_`));
  return [undefined, ...cuts].map((from, at) => ({ from, to: cuts[at] }));
}

describe('a walk', () => {
  test('finds every tag of any registry in the order of names, at any page size, in any cut into ranges', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryV1Registry,
        fc.integer({ min: 1, max: 9 }),
        arbitraryV1Names,
        async (registry, pageSize, cuts) => {
          const layout = layoutOn(layOutV1(registry), pageSize);
          const items: WalkItem[] = [];
          for (const range of rangesAt(cuts)) items.push(...(await collect(layout.walk(range, signal))));
          expect(listingsOf(items).map(factsOf)).toEqual(truthOf(registry));
          expect(faultsOf(items)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('lists a thousand keys with one request and reads two small objects for each tag', async () => {
    const registry = Array.from({ length: 100 }, (_, at) => one(`team/app${at}`, 'latest', 'v1'));
    const storage = createMemoryStorage(layOutV1(registry));
    expect(listingsOf(await collect(layoutOf(storage).walk(everything, signal)))).toHaveLength(100);
    expect(storage.requests).toEqual({ lists: 1, gets: 400 });
  });

  test('has one repository for a name that is spelled in two ways, with the tags of both', async () => {
    const objects = layOutV1([
      { ...one('ns/a/b', 'old', 'latest'), slash: '%2F' },
      { name: 'ns/a/b', tags: [{ name: 'latest', content: 'newer', pushedAtMs: 9_000 }] },
    ]);
    const listings = listingsOf(await collect(layoutOn(objects).walk(everything, signal)));
    expect(listings.map(({ name, tags }) => [name, tags.map((each) => [each.name, each.digest])])).toEqual([
      [
        'ns/a/b',
        [
          ['latest', `v1:${imageOf('newer')}`],
          ['old', `v1:${imageOf('old')}`],
        ],
      ],
    ]);
    expect(listings[0]).toEqual(await layoutOn(objects).listRepository('ns/a/b', signal));
  });

  test('tells once of each name that no registry would accept, and takes no folder marker for anything', async () => {
    const objects = layOutV1([one('team/web', 'latest', 'v1'), one('Team/App', 'latest', 'v1')]);
    const markers = ['', 'team/', 'team_$folder$', 'team/web/', 'team/web/tag_new/', 'team/web/tag_old_$folder$'];
    for (const marker of [...markers, 'ghosts/', 'ghosts/ghost/', 'Bad Ghost/x/']) put(objects, `${ROOT}${marker}`, '');
    put(objects, `${ROOT}team/a%20b/tag_latest`, imageOf('x'));
    put(objects, `${ROOT}team/%77eb/tag_latest`, imageOf('x'));
    put(objects, `${ROOT}team/%zz/tag_latest`, imageOf('x'));
    put(objects, `${ROOT}a/b/c/tag_latest`, imageOf('x'));
    for (const ranges of [[everything], rangesAt(['team', 'team/er-x', 'team/web'])]) {
      const items: WalkItem[] = [];
      for (const range of ranges) items.push(...(await collect(layoutOn(objects, 2).walk(range, signal))));
      const tagged = listingsOf(items).filter(({ tags }) => tags.length > 0);
      expect(tagged.map(({ name, tags }) => [name, tags.map((it) => it.name)])).toEqual([
        ['team/web', ['latest', 'v1']],
      ]);
      expect(
        faultsOf(items)
          .map(({ key }) => key)
          .sort(),
      ).toEqual(['Team/App/', `${ROOT}a/b/c/tag_latest`, 'team/%77eb/', 'team/%zz/', 'team/a%20b/']);
    }
  });
});

describe('a listing of one repository', () => {
  test('is what the walk gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryV1Registry, fc.integer({ min: 1, max: 9 }), async (registry, pageSize) => {
        const layout = layoutOn(layOutV1(registry), pageSize);
        for (const listing of listingsOf(await collect(layout.walk(everything, signal))))
          expect(await layout.listRepository(listing.name, signal)).toEqual(listing);
      }),
      { numRuns: 100 },
    );
  });

  test('is empty for a repository that is gone, and for what is no name', async () => {
    const layout = layoutOn(layOutV1([one('team/app', 'latest')]));
    for (const name of ['team/gone', 'team', 'Team/App', 'team/../app', 'team/app/', ''])
      expect(await layout.listRepository(name, signal)).toMatchObject({ name, tags: [], faults: [] });
  });

  test('has another fingerprint after a push of the same image, after its time is known, and when it becomes private', async () => {
    const seen = new Set<string>();
    const objects = layOutV1([one('team/app', 'latest')]);
    const note = async () => seen.add((await layoutOn(objects).listRepository('team/app', signal)).fingerprint);
    const key = `${ROOT}team/app/tag_latest`;
    await note();
    await note();
    expect(seen.size).toBe(1);
    put(objects, key, imageOf('latest'), 9_000);
    await note();
    put(objects, `${ROOT}team/app/taglatest_json`, '{"last_update": 1500000000}', 9_001);
    await note();
    put(objects, `${ROOT}team/app/_private`, '');
    await note();
    expect(seen.size).toBe(4);
  });

  test('takes the time of the object where the registry wrote none down', async () => {
    const objects = layOutV1([one('team/app', 'a', 'b', 'c', 'd')]);
    objects.delete(`${ROOT}team/app/taga_json`);
    put(objects, `${ROOT}team/app/tagb_json`, '{"last_update": null}');
    put(objects, `${ROOT}team/app/tagc_json`, 'nonsense');
    const { tags } = await layoutOn(objects).listRepository('team/app', signal);
    expect(tags.map(({ name, pushedAtMs }) => [name, pushedAtMs])).toEqual([
      ['a', 5_000],
      ['b', 5_000],
      ['c', 5_000],
      ['d', LAST_UPDATE_MS + 5_000],
    ]);
  });

  test('tells of tags that cannot be used, and does not take the description of one tag for another', async () => {
    const objects = layOutV1([one('team/app', '_x')]);
    put(objects, `${ROOT}team/app/tag_bad`, 'no id');
    put(objects, `${ROOT}team/app/tag_%2Fbad`, imageOf('x'));
    const { tags, faults, unread } = await layoutOn(objects).listRepository('team/app', signal);
    expect(tags.map(({ name }) => name)).toEqual(['_x']);
    expect([...faults, ...unread]).toEqual([
      { kind: 'InvalidName', key: `${ROOT}team/app/tag_%2Fbad`, reason: 'the name of the tag is outside the grammar' },
      { kind: 'InvalidLink', key: `${ROOT}team/app/tag_bad`, reason: 'the tag does not hold the id of an image' },
    ]);
  });
});

/** A walk jumps when so many keys came in order and as many LISTs have confirmed that they do. */
const KEYS_TO_TRUST = 16;
const PROBES = 2;

test('the names are those of the folders, in order, passing over what a repository holds', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryV1Registry, fc.integer({ min: 1, max: 9 }), async (registry, pageSize) => {
      const storage = createMemoryStorage(layOutV1(registry), { pageSize });
      const names = await collect(layoutOf(storage).listNames(signal));
      expect(names).toEqual(registry.toSorted(byKey).map(({ name }) => name));
      expect(storage.requests.lists).toBeLessThanOrEqual(
        Math.ceil(KEYS_TO_TRUST / pageSize) + PROBES + registry.length + 1,
      );
    }),
    { numRuns: 200 },
  );
});

describe('the JSON of an image', () => {
  test('is the blob of its id', async () => {
    const objects: Objects = new Map();
    const id = putImage(objects, 'x', { os: 'linux' });
    const read = await layoutOn(objects).readBlob(`v1:${id}`, 1_000, signal);
    expect(read).toEqual({ kind: 'found', bytes: Buffer.from(JSON.stringify({ id, os: 'linux' })) });
  });

  test('is not read while its upload is under way', async () => {
    const objects: Objects = new Map();
    const id = putImage(objects, 'x');
    put(objects, `registry/images/${id}/_inprogress`, 'true');
    expect(await layoutOn(objects).readBlob(`v1:${id}`, 1_000, signal)).toMatchObject({ kind: 'unreadable' });
  });

  test.each([`sha256:${imageOf('x')}`, 'v1:../x', imageOf('x'), ''])('is not looked for under %p', async (digest) => {
    const objects: Objects = new Map();
    putImage(objects, 'x');
    const storage = createMemoryStorage(objects);
    expect(await layoutOf(storage).readBlob(digest, 1_000, signal)).toEqual({ kind: 'missing' });
    expect(storage.requests.gets).toBe(0);
  });
});

test('a registry that has the whole bucket is read from there', async () => {
  const objects = layOutV1([one('team/app', 'latest')], '');
  const layout = layoutOf(createMemoryStorage(objects), '');
  expect(await collect(layout.listNames(signal))).toEqual(['team/app']);
  expect((await layout.listRepository('team/app', signal)).tags).toHaveLength(1);
  expect([...objects.keys()][0]).toBe(`repositories/${folderOf(one('team/app'))}_index_images`);
});
