import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Layout, NameRange, RepositoryListing } from '../../../src/storage/layout.ts';
import { joinOrdered, mergeLayouts, withTagsOnly } from '../../../src/storage/merge-layouts.ts';
import { createV1Layout } from '../../../src/storage/v1/layout.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';
import { collect } from '../../support/collect.ts';
import { arbitraryRegistry } from '../../support/registry/arbitrary-registry.ts';
import { createMemoryStorage } from '../../support/registry/memory-storage.ts';
import { byteOrder, digestOf, layOut, type ModelRepository, put } from '../../support/registry/registry-model.ts';
import {
  arbitraryV1Names,
  arbitraryV1Registry,
  imageOf,
  layOutV1,
  putImage,
  type V1Repository,
} from '../../support/registry/v1-model.ts';

const { signal } = new AbortController();
const everything: NameRange = { from: undefined, to: undefined };

function mergedOn(v2: readonly ModelRepository[], v1: readonly V1Repository[], pageSize = 1_000): Layout {
  return countedOn(v2, v1, pageSize).layout;
}

function countedOn(v2: readonly ModelRepository[], v1: readonly V1Repository[], pageSize = 1_000) {
  const storage = createMemoryStorage(new Map([...layOut(v2), ...layOutV1(v1)]), { pageSize });
  const now = () => 7;
  const v2Layout = createV2Layout({ storage, rootDirectory: '', now });
  const v1Layout = createV1Layout({ storage, root: 'registry', now });
  return { layout: withTagsOnly(mergeLayouts(v2Layout, v1Layout)), requests: storage.requests };
}

async function listings(layout: Layout, ranges = [everything]): Promise<RepositoryListing[]> {
  const all: RepositoryListing[] = [];
  for (const range of ranges)
    for (const item of await collect(layout.walk(range, signal)))
      if (item.kind === 'repository') all.push(item.listing);
  return all;
}

const tag = (name: string, content = name) => ({ name, content, pushedAtMs: 5_000 });
const one = (name: string, ...tags: string[]) => ({ name, tags: tags.map((each) => tag(each)) });
const order = (a: string, b: string) => byteOrder(`${a}/_`, `${b}/_`);

function rangesAt(names: readonly string[]): NameRange[] {
  const cuts = names.toSorted(order);
  return [undefined, ...cuts].map((from, at) => ({ from, to: cuts[at] }));
}

/** What both registries together say, worked out from the models alone. */
function truthOf(v2: readonly ModelRepository[], v1: readonly V1Repository[]) {
  const names = [...new Set([...v2, ...v1].map(({ name }) => name))].sort(order);
  return names.flatMap((name) => {
    const [newer, older] = [v2.find((each) => each.name === name), v1.find((each) => each.name === name)];
    const tags = new Map(older?.tags.map((each) => [each.name, `v1:${imageOf(each.content)}`]));
    for (const each of newer?.tags ?? []) tags.set(each.name, digestOf(each.content));
    return tags.size === 0 ? [] : [{ name, isPrivate: older?.isPrivate ?? false, tags: Object.fromEntries(tags) }];
  });
}

describe('two layouts in one store', () => {
  test('are walked as one registry, in the order of names, in any cut into ranges', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRegistry,
        arbitraryV1Registry,
        arbitraryV1Names,
        fc.integer({ min: 1, max: 9 }),
        async (v2, v1, cuts, pageSize) => {
          const found = await listings(mergedOn(v2, v1, pageSize), rangesAt(cuts));
          const facts = found.map(({ name, isPrivate, tags }) => ({
            name,
            isPrivate,
            tags: Object.fromEntries(tags.map((each) => [each.name, each.digest])),
          }));
          expect(facts).toEqual(truthOf(v2, v1));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('give for one repository what their walk gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, arbitraryV1Registry, async (v2, v1) => {
        const layout = mergedOn(v2, v1);
        for (const listing of await listings(layout))
          expect(await layout.listRepository(listing.name, signal)).toEqual(listing);
      }),
      { numRuns: 100 },
    );
  });

  test('are surveyed with the fingerprints of their walk, and without a GET', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, arbitraryV1Registry, async (v2, v1) => {
        const walked = await listings(mergedOn(v2, v1));
        const { layout, requests } = countedOn(v2, v1);
        const surveyed = await collect(layout.scanFingerprints(everything, signal));
        expect(requests.gets).toBe(0);
        const facts = surveyed.flatMap((met) => (met.kind === 'repository' ? [met.listing] : []));
        expect(facts).toEqual(walked.map(({ tags: _tags, unread: _unread, ...summary }) => summary));
      }),
      { numRuns: 100 },
    );
  });

  test('count names once', async () => {
    const layout = mergedOn([one('app', 'a'), one('team/x', 'a')], [one('team/x', 'b'), one('team/y', 'b')]);
    expect(await collect(layout.listNames(signal))).toEqual(['app', 'team/x', 'team/y']);
  });

  test('keep a repository private that is private in the old one, even when that has no tag of it left', async () => {
    const layout = mergedOn([one('team/x', 'a')], [{ ...one('team/x'), isPrivate: true }]);
    expect(await listings(layout)).toMatchObject([{ name: 'team/x', isPrivate: true }]);
    expect(await layout.listRepository('team/x', signal)).toMatchObject({ isPrivate: true });
  });

  test('give the blobs of both', async () => {
    const objects = new Map();
    const id = putImage(objects, 'old');
    const digest = digestOf('new');
    put(objects, `docker/registry/v2/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}/data`, 'new');
    const storage = createMemoryStorage(objects);
    const now = () => 7;
    const layout = mergeLayouts(
      createV2Layout({ storage, rootDirectory: '', now }),
      createV1Layout({ storage, root: 'registry', now }),
    );
    expect(await layout.readBlob(digest, 100, signal)).toMatchObject({ kind: 'found' });
    expect(await layout.readBlob(`v1:${id}`, 100, signal)).toMatchObject({ kind: 'found' });
    expect(await layout.readBlob(digestOf('neither'), 100, signal)).toEqual({ kind: 'missing' });
  });
});

const rule = {
  nameOf: (name: string) => (name === '!' ? undefined : name),
  combine: (a: string, b: string) => `${a}=${b}`,
};

async function* stream(names: readonly string[], ended: string[] = []) {
  try {
    for (const name of names) {
      if (name === 'fail') throw new Error('broken');
      yield name;
    }
  } finally {
    ended.push(names.join());
  }
}

describe('two ordered streams', () => {
  test('become one, in which what is in both is combined and what has no name keeps its place', async () => {
    const joined = joinOrdered(stream(['!', 'a', 'app-x', 'app', 'c']), stream(['app', 'b', '!']), rule);
    expect(await collect(joined)).toEqual(['!', 'a', 'app-x', 'app=app', 'b', '!', 'c']);
  });

  test('are both ended when one fails, and when the reader leaves', async () => {
    const ended: string[] = [];
    await expect(collect(joinOrdered(stream(['a', 'fail'], ended), stream(['b', 'c'], ended), rule))).rejects.toThrow(
      'broken',
    );
    expect(ended.sort()).toEqual(['a,fail', 'b,c']);
    for await (const _first of joinOrdered(stream(['x', 'y'], ended), stream(['z', 'z1'], ended), rule)) break;
    expect(ended).toEqual(['a,fail', 'b,c', 'x,y', 'z,z1']);
  });
});
