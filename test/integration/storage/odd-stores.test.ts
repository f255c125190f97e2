import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import '../../support/native-errors.ts';
import type { FaultKind } from '../../../src/api/fault.ts';
import { isRetryable, ServiceError } from '../../../src/aws/errors.ts';
import { createS3Client, createS3Get } from '../../../src/aws/s3-get.ts';
import { createS3Storage } from '../../../src/storage/drivers/s3-storage.ts';
import type { Layout, NameRange, RepositoryListing, WalkItem } from '../../../src/storage/layout.ts';
import { createV1Layout } from '../../../src/storage/v1/layout.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';
import { collect } from '../../support/collect.ts';
import { arbitraryNames, arbitraryRegistry } from '../../support/registry/arbitrary-registry.ts';
import type { KeyOrderName, ObjectManner, S3Manner, StartAfter } from '../../support/registry/odd-listing.ts';
import { startOddS3 } from '../../support/registry/odd-s3.ts';
import {
  byKey,
  byteOrder,
  expectedTags,
  layOut,
  type ModelRepository,
  type Objects,
  putBlob,
} from '../../support/registry/registry-model.ts';
import { layOutV1 } from '../../support/registry/v1-model.ts';

const { signal } = new AbortController();
const EVERYTHING: NameRange = { from: undefined, to: undefined };
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server of that manner, and layouts that read it. */
async function open(objects: Objects, manner: S3Manner) {
  const server = await startOddS3(objects, manner);
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const client = createS3Client({ region: 'eu-west-1', ...server, credentials, forcePathStyle: true });
  const stop = async () => {
    client.destroy();
    await server.stop();
  };
  stops.push(stop);
  const get = createS3Get(client, 'registry');
  const storage = () => createS3Storage({ get, bucket: 'registry', at: server.endpoint, attempts: 1 });
  return {
    server,
    stop,
    v2: () => createV2Layout({ storage: storage(), rootDirectory: '', now: () => 7 }),
    v1: () => createV1Layout({ storage: storage(), root: 'registry', now: () => 7 }),
  };
}

const tagsOf = ({ name, tags }: RepositoryListing) => ({ name, tags });
/** What is known after a walk: of what is given twice, because it was not all of it at first, the last. */
const listingsIn = (items: readonly WalkItem[]) => {
  const listings = items.flatMap((item) => (item.kind === 'repository' ? [tagsOf(item.listing)] : []));
  return [...new Map(listings.map((listing) => [listing.name, listing])).values()].toSorted(byName);
};
const byName = (a: { readonly name: string }, b: { readonly name: string }) => byteOrder(`${a.name}/_`, `${b.name}/_`);

function rangesAt(names: readonly string[]): NameRange[] {
  const cuts = names.toSorted((a, b) => byteOrder(`${a}/_`, `${b}/_`));
  return [undefined, ...cuts].map((from, at) => ({ from, to: cuts[at] }));
}

const walkedIn = async (layout: Layout, ranges: readonly NameRange[]) => {
  const items: WalkItem[] = [];
  for (const range of ranges) items.push(...(await collect(layout.walk(range, signal))));
  return listingsIn(items);
};

/**
 * What work gives, tried again while it is worth that as whoever plans and walks does, or the reason why it gives
 * nothing.
 */
async function reasonOr<T>(work: () => Promise<T>, attempts = 3): Promise<T | string> {
  return work().catch((error: unknown) => {
    if (isRetryable(error) && attempts > 1) return reasonOr(work, attempts - 1);
    if (error instanceof ServiceError) return error.failure.reason;
    throw error;
  });
}

/** Names that order differently as texts, as paths and as keys, and one with more layers than a page has keys. */
const NAMES = ['app', 'app-x', 'app/x', 'app.x', 'app0', 'app/0sub', 'app_x', 'a--b', 'z/a', 'z/a-b', 'z/a/b'];
const CUTS = ['app', 'app/x', 'app0', 'z/a'];
const PAGE = 50;

const REGISTRY: readonly ModelRepository[] = [
  ...NAMES.map((name, at) => ({
    name,
    layers: 3 + at,
    uploads: at % 3,
    tags: ['latest', 'v1', 'v1.0', 'v1-0', 'V2'].map((tag) => ({ name: tag, content: `${name}${tag}`, pushedAtMs: 5 })),
  })),
  { name: 'big', layers: 3 * PAGE, tags: [{ name: 'latest', content: 'big', pushedAtMs: 5 }] },
  { name: 'emptied', layers: 2 * PAGE, tags: [] },
  { name: 'many', tags: Array.from({ length: 40 }, (_, at) => ({ name: `t${at}`, content: `${at}`, pushedAtMs: 5 })) },
];
const KEYS = layOut(REGISTRY).size;
const TRUTH = REGISTRY.filter(({ tags }) => tags.length > 0)
  .toSorted(byKey)
  .map((repository) => ({ name: repository.name, tags: expectedTags(repository) }));
const ALL_NAMES = REGISTRY.toSorted(byKey).map(({ name }) => name);

/** Where a store is refused, by which names. */
type Case = readonly [name: string, manner: S3Manner, ...refusals: string[]];

const CASES: readonly Case[] = [
  ['does as AWS does', {}],
  ['lists by the names of folders', { order: 'components' }],
  ['lists by the names of folders and cuts by bytes', { order: 'components', startAfter: 'byteCut' }],
  ['passes over all that is in what it is to begin after', { startAfter: 'byEntry' }],
  ['does so in the order of folders', { order: 'components', startAfter: 'byEntry' }],
  ['passes over all that begins with it', { startAfter: 'byPrefix' }],
  ['begins with what it is to begin after', { startAfter: 'inclusive' }],
  ['ignores what it is to begin after', { startAfter: 'ignored' }],
  ['lists in the order of UTF-16', { order: 'utf16' }],
  ['lists without regard to case', { order: 'ignoringCase' }],
  ['lists folders before files', { order: 'foldersFirst' }],
  ['lists backwards', { order: 'reversed' }],
  ['lists in no order', { order: 'shuffled' }],
  ['lists in no order and ignores where to begin', { order: 'shuffled', startAfter: 'ignored' }],
  ['lists one shard after the other', { order: 'shards' }],
  ['knows version 1 alone', { version: 'version1' }],
  ['refuses version 2', { version: 'refusing' }],
  ['knows version 1 alone, by the names of folders', { version: 'version1', order: 'components' }],
  ['sends pages of seven', { pageSize: 7 }],
  ['sends pages of one', { pageSize: 1 }],
  ['sends an empty page before each', { emptyPages: 'between' }],
  ['sends empty pages alone', { emptyPages: 'only' }, 'ListingEndless'],
  ['gives the same token always', { tokens: 'repeated' }, 'ListingEndless'],
  ['gives tokens that lead back', { tokens: 'cycling' }, 'ListingEndless'],
  ['gives tokens that mean nothing', { tokens: 'ignored' }, 'ListingEndless'],
  ['gives no token', { tokens: 'missing' }],
  ['lists keys twice', { twice: 'adjacent' }],
  ['begins a page with the last key of the one before', { twice: 'atBorders' }],
  ['lists keys again much later', { twice: 'anywhere' }],
  ['lists some keys outside of the prefix', { foreign: 'some' }],
  ['ignores the prefix', { foreign: 'all' }, 'PrefixIgnored'],
  ['ignores the delimiter', { delimiter: 'ignored' }],
  ['rolls up by a slash alone', { delimiter: 'slashOnly' }],
  ['refuses a delimiter of two characters', { delimiter: 'refused' }],
  ['loses some of what it rolls up', { delimiter: 'losing', pageSize: 150 }],
  ['encodes no keys', { encoding: 'none' }],
  ['encodes blanks as %20', { encoding: 'spacesAsPercent' }],
  ['lists no ETags', { without: ['ETag'] }],
  ['lists no times', { without: ['LastModified'] }],
  ['lists neither ETags nor times', { without: ['ETag', 'LastModified'] }],
];

describe('a store that', () => {
  test.each(CASES)('%s has its registry found whole, or is refused by name', async (_, manner, ...refusals) => {
    const { server, v2 } = await open(layOut(REGISTRY), { pageSize: PAGE, ...manner });
    const { pageSize = PAGE } = manner;
    const pages = Math.ceil(KEYS / pageSize);
    /** A few listings of everything, and a listing of every repository by itself. */
    const maxLists = 3 * (pages * (manner.emptyPages || manner.foreign ? 2 : 1) + 2 * REGISTRY.length) + 250;
    const pushedAtMs = manner.without?.includes('LastModified') ? 0 : 5;
    const truth = TRUTH.map(({ name, tags }) => ({ name, tags: tags.map((tag) => ({ ...tag, pushedAtMs })) }));

    const expectRight = async (work: () => Promise<unknown>, right: unknown) => {
      const before = server.requests.lists;
      const found = await reasonOr(work);
      if (!(typeof found === 'string' && refusals.includes(found))) expect(found).toEqual(right);
      expect(server.requests.lists - before).toBeLessThanOrEqual(maxLists);
    };
    const shared = v2();
    await expectRight(() => walkedIn(v2(), [EVERYTHING]), truth);
    await expectRight(() => walkedIn(v2(), rangesAt(CUTS)), truth);
    await expectRight(() => collect(shared.listNames(signal)), ALL_NAMES);
    await expectRight(() => walkedIn(shared, rangesAt(CUTS)), truth);
    for (const range of rangesAt(CUTS)) {
      const within = truth.filter(({ name }) => rangeOf(name) === range.from);
      await expectRight(() => walkedIn(v2(), [range]), within);
    }
    const surveyed = async () => {
      const items = await collect(v2().scanFingerprints(EVERYTHING, signal));
      const names = items.map((item) => (item.kind === 'repository' ? item.listing.name : ''));
      return [...new Set(names)].sort((a, b) => byName({ name: a }, { name: b }));
    };
    await expectRight(
      surveyed,
      truth.map(({ name }) => name),
    );
    for (const { name, tags } of truth.slice(0, 4))
      await expectRight(async () => tagsOf(await v2().listRepository(name, signal)), { name, tags });
  });

  /** Where the range of CUTS begins that a name is in. */
  function rangeOf(name: string): string | undefined {
    return rangesAt(CUTS).find(({ to }) => to === undefined || byteOrder(`${name}/_`, `${to}/_`) < 0)?.from;
  }

  const manners: fc.Arbitrary<S3Manner> = fc.record({
    order: fc.constantFrom<KeyOrderName[]>('bytes', 'components', 'utf16', 'ignoringCase', 'foldersFirst', 'shuffled'),
    startAfter: fc.constantFrom<StartAfter[]>('cut', 'inclusive', 'ignored', 'byEntry', 'byPrefix'),
    pageSize: fc.integer({ min: 1, max: 30 }),
  });

  test('lists in any of these ways, in pages of any size, has any registry found whole', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, manners, arbitraryNames, async (registry, manner, cuts) => {
        const { v2, stop } = await open(layOut(registry), manner);
        const truth = registry
          .filter(({ tags }) => tags.length > 0)
          .toSorted(byKey)
          .map((repository) => ({ name: repository.name, tags: expectedTags(repository) }));
        expect(await walkedIn(v2(), rangesAt(cuts))).toEqual(truth);
        const each: unknown[] = [];
        for (const range of rangesAt(cuts)) each.push(...(await walkedIn(v2(), [range])));
        expect(each).toEqual(truth);
        await stop();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a registry of the first generation in a store that', () => {
  const tags = ['latest', 'v1'].map((name) => ({ name, content: name, pushedAtMs: 1_000 }));
  const names = ['library/app', 'library/app-x', 'team/er/x', 'team/er-x', 'team/er', 'team/er.y/z', 'z/a'];
  const registry = names.map((name) => ({ name, tags }));

  test.each(CASES)('%s is found whole, or refused by name', async (_, manner, ...refusals) => {
    const { v1 } = await open(layOutV1(registry), { pageSize: 10, ...manner });
    const truth = names.toSorted((a, b) => byName({ name: a }, { name: b }));
    const layout = v1();
    const expectRight = async (work: () => Promise<readonly string[]>) => {
      const found = await reasonOr(work);
      if (!(typeof found === 'string' && refusals.includes(found))) expect(found).toEqual(truth);
    };
    const walkedNames = async (ranges: readonly NameRange[]) =>
      (await walkedIn(layout, ranges)).map(({ name, tags: found }) => {
        expect(found.map((tag) => tag.name)).toEqual(['latest', 'v1']);
        return name;
      });
    await expectRight(() => walkedNames(rangesAt(['library/app-x', 'team/er', 'team/er/x'])));
    await expectRight(() => collect(layout.listNames(signal)));
    await expectRight(() => walkedNames([EVERYTHING]));
  });
});

describe('one object that the store', () => {
  const linkOf = (name: string) => `docker/registry/v2/repositories/${name}/_manifests/tags/latest/current/link`;
  const registry = ['bad', 'good', 'other'].map((name) => ({
    name,
    tags: [{ name: 'latest', content: name, pushedAtMs: 5 }],
  }));

  const manners: readonly (readonly [string, ObjectManner, FaultKind | undefined])[] = [
    ['refuses to give', 'forbidden', 'Denied'],
    ['fails to give', 'failing', 'Unreadable'],
    ['takes for a wrong request', 'refused', 'Unreadable'],
    ['breaks off', 'brokenOff', 'Unreadable'],
    ['gives less of than it says', 'tooShort', 'Unreadable'],
    ['lists and has not got', 'notThere', 'Missing'],
    ['loses after it listed it', 'vanishing', undefined],
  ];

  test.each(manners)('%s stops nothing: a link is a fault of its kind', async (_, how, fault) => {
    for (const missing of [undefined, 'empty', 'page', 'otherCode'] as const) {
      const objects = new Map([[linkOf('bad'), how]]);
      const manner: S3Manner = { without: ['ETag'], objects, ...(missing ? { missing } : {}) };
      const { v2, server } = await open(layOut(registry), manner);
      const items = await collect(v2().walk(EVERYTHING, signal));
      expect(listingsIn(items).filter(({ tags }) => tags.length > 0)).toMatchObject([
        { name: 'good' },
        { name: 'other' },
      ]);
      const faults = items.flatMap((item) => (item.kind === 'fault' ? [item.fault] : item.listing.unread));
      expect(faults.map(({ kind, key }) => [kind, key])).toEqual(fault ? [[fault, linkOf('bad')]] : []);
      expect(server.requests.gets).toBeLessThan(30);
    }
  });

  test.each(manners)('%s stops nothing: other blobs can be read', async (_, how, fault) => {
    const objects = layOut(registry);
    const blobs = ['bad', 'good'].map((body) => putBlob(objects, body));
    const [bad = '', good = ''] = blobs;
    const key = [...objects.keys()].find((each) => each.endsWith(`${bad.slice('sha256:'.length)}/data`)) ?? '';
    const { v2 } = await open(objects, { objects: new Map([[key, how]]), missing: 'empty' });
    const layout = v2();
    const read = await layout.readBlob(bad, 100, signal);
    const isMissing = how === 'notThere' || how === 'vanishing';
    expect(read).toMatchObject(isMissing ? { kind: 'missing' } : { kind: 'unreadable', refusal: fault });
    expect(await layout.readBlob(good, 100, signal)).toMatchObject({ kind: 'found' });
  });

  test('is not at fault when the store gives no other either', async () => {
    const registryObjects = layOut(registry);
    for (const how of ['failing', 'forbidden', 'brokenOff'] as const) {
      const objects = new Map([...registryObjects.keys()].map((key) => [key, how]));
      const { v2, server } = await open(registryObjects, { objects, without: ['ETag'] });
      await expect(collect(v2().walk(EVERYTHING, signal))).rejects.toThrow(ServiceError);
      expect(server.requests.gets).toBeLessThan(120);
    }
  });
});
