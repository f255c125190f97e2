import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import type { Source } from '../../../src/api/settings.ts';
import { createS3Client } from '../../../src/aws/s3-get.ts';
import type { Layout, ListedTag, NameRange, WalkItem } from '../../../src/storage/layout.ts';
import { countRequests, type ObjectStorage } from '../../../src/storage/object-storage.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { startMoto } from '../../env/moto.ts';
import { startSeaweedFs } from '../../env/seaweedfs.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { collect } from '../../support/collect.ts';
import { eachOf } from '../../support/each-of.ts';
import {
  byteOrder,
  digestOf,
  layOut,
  type ModelRepository,
  type Objects,
} from '../../support/registry/registry-model.ts';
import { layOutV1 } from '../../support/registry/v1-model.ts';

const BUCKET = 'registry';
const PUTS_AT_ONCE = 32;
/** What a store gives at most. */
const STORE_PAGE = 1_000;
/** What is asked for mostly: borders of pages are the same with a tenth of the objects. */
const PAGE = 100;
const EVERYTHING: NameRange = { from: undefined, to: undefined };
const { signal } = new AbortController();

/** Names that order differently as texts, as paths and as keys. */
const NEIGHBOURS = ['a--b', 'app', 'app-x', 'app.x', 'app/0sub', 'app/x', 'app/x-y', 'app/x/y', 'app0', 'app_x', 'z/a'];
const TAGS = ['latest', 'v1', 'v1.0', 'v1-0', 'V2'];
const CUTS = ['app', 'app/x', 'layers-2050', 'revisions', 'tags-100', 'z/a'];

const tags = (names: readonly string[], seed: string) =>
  names.map((name) => ({ name, content: `${seed} ${name}`, pushedAtMs: 1 }));
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`);

/** What is longer than a page has keys: layers, revisions and tags, these to the very border. */
const V2_REGISTRY: readonly ModelRepository[] = [
  ...NEIGHBOURS.map((name, at) => ({ name, layers: 1 + at, uploads: at % 2, tags: tags(TAGS, name) })),
  ...[PAGE + 1, 2 * STORE_PAGE + 50].map((layers) => ({
    name: `layers-${layers}`,
    layers,
    tags: tags(['latest', 'v1'], `${layers}`),
  })),
  { name: 'layers-alone', layers: PAGE + 1, tags: [] },
  ...[PAGE - 1, PAGE, PAGE + 1].map((count) => ({ name: `tags-${count}`, tags: tags(numbered(count), `${count}`) })),
];
const V1_REGISTRY = ['library/app', 'library/app-x', 'team/er/x', 'team/er-x', 'team/er', 'team/er.y/z'].map(
  (name) => ({
    name,
    tags: tags(['latest', 'v1', 'v1.0'], name),
  }),
);

function objectsOf(): Objects {
  const objects = layOut(V2_REGISTRY);
  for (let at = 0; at < PAGE + 1; at += 1) {
    const hex = digestOf(`revision ${at}`).slice('sha256:'.length);
    const link = `docker/registry/v2/repositories/revisions/_manifests/revisions/sha256/${hex}/link`;
    objects.set(link, { body: Buffer.from(`sha256:${hex}`), lastModifiedMs: 1 });
  }
  for (const [key, object] of layOut([{ name: 'revisions', tags: tags(TAGS, 'revisions') }])) objects.set(key, object);
  for (const [key, object] of layOutV1(V1_REGISTRY)) objects.set(key, object);
  return objects;
}

const OBJECTS = objectsOf();
const LINK = /^docker\/registry\/v2\/repositories\/(.+?)\/_manifests\/tags\/([^/]+)\/current\/link$/;
const NAME = /^docker\/registry\/v2\/repositories\/(.+?)\/_/;

type Found = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What a plain listing says, page after page by its tokens: tags and their digests of every repository. */
async function oracle(
  client: S3Client,
): Promise<{ readonly found: Found; readonly names: readonly string[]; pages: number }> {
  const found = new Map<string, Map<string, string>>();
  const names = new Set<string>();
  let pages = 0;
  for (let token: string | undefined, isMore = true; isMore; pages += 1) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'docker/', ...(token ? { ContinuationToken: token } : {}) }),
    );
    for (const { Key: key = '' } of page.Contents ?? []) {
      const [, name = '', tag = ''] = LINK.exec(key) ?? [];
      names.add(NAME.exec(key)?.[1] ?? '');
      if (name === '') continue;
      const body = OBJECTS.get(key)?.body.toString() ?? '';
      found.set(name, (found.get(name) ?? new Map()).set(tag, body));
    }
    token = page.NextContinuationToken;
    isMore = page.IsTruncated === true;
  }
  return { found, names: [...names].sort(byName), pages };
}

const byName = (a: string, b: string) => byteOrder(`${a}/_`, `${b}/_`);
const tagMap = (listed: readonly ListedTag[]) => new Map(listed.map(({ name, digest }) => [name, digest]));

function foundIn(items: readonly WalkItem[]): Found {
  const listings = items.flatMap((item) => (item.kind === 'repository' ? [item.listing] : []));
  for (const { tags: listed } of listings) expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length);
  return new Map(listings.map(({ name, tags: listed }) => [name, tagMap(listed)]));
}

const faultsIn = (items: readonly WalkItem[]) =>
  items.flatMap((item) => (item.kind === 'fault' ? [item.fault] : item.listing.faults));

/** Asks for pages of at most `pageSize` keys. */
function inPages(storage: ObjectStorage, pageSize: number): ObjectStorage {
  const sizeOf = (maxKeys = pageSize) => Math.min(pageSize, maxKeys);
  return { ...storage, list: (request, stop) => storage.list({ ...request, maxKeys: sizeOf(request.maxKeys) }, stop) };
}

const STORES = [
  ['versitygw', startVersityGw],
  ['moto', startMoto],
  ['SeaweedFS', startSeaweedFs],
] as const;

describe.each(STORES)('a registry in %s', (_, start) => {
  let s3: S3Server;
  let client: S3Client;
  let truth: Awaited<ReturnType<typeof oracle>>;

  beforeAll(async () => {
    s3 = await start({ buckets: [BUCKET] });
    client = createS3Client({ region: s3.region, endpoint: s3.endpoint, credentials: s3, forcePathStyle: true });
    await eachOf(OBJECTS, PUTS_AT_ONCE, ([Key, { body: Body }]) =>
      client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body })),
    );
    truth = await oracle(client);
  });

  afterAll(async () => {
    client?.destroy();
    await s3?.stop();
  });

  const sourceOf = (layout: 'V2' | 'V1'): Source => {
    const { region, endpoint } = s3;
    return { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout };
  };
  /** A layout of its own, as every worker has it, and what it asks of the store. */
  const open = (pageSize = PAGE, kind: 'V2' | 'V1' = 'V2') => {
    const source = sourceOf(kind);
    const storage = countRequests(inPages(openStorage(source, s3), pageSize));
    const layout: Layout = openLayout({ storage, source, now: Date.now });
    return { layout, requests: storage.requests };
  };
  const rangesAt = (cuts: readonly string[]): NameRange[] =>
    [undefined, ...cuts].map((from, at) => ({ from, to: cuts[at] }));
  const cuts = CUTS.toSorted(byName);

  test('is there as it was written', () => {
    expect(truth.names).toEqual([...V2_REGISTRY.map(({ name }) => name), 'revisions'].sort(byName));
    expect(truth.found.get('tags-101')?.size).toBe(PAGE + 1);
  });

  test.each([STORE_PAGE, PAGE])('is walked whole in pages of %d', async (pageSize) => {
    const { layout, requests } = open(pageSize);
    const items = await collect(layout.walk(EVERYTHING, signal));
    expect(foundIn(items)).toEqual(truth.found);
    expect(faultsIn(items)).toEqual([]);
    expect(requests.lists).toBeLessThanOrEqual((2 * OBJECTS.size) / pageSize + 2 * V2_REGISTRY.length);
  });

  test('is walked whole in ranges side by side, by one worker and by a worker for each', async () => {
    const { layout } = open();
    const ranges = rangesAt(cuts);
    const together = await Promise.all(ranges.map((range) => collect(layout.walk(range, signal))));
    expect(foundIn(together.flat())).toEqual(truth.found);
    const apart = await Promise.all(ranges.map((range) => collect(open().layout.walk(range, signal))));
    expect(foundIn(apart.flat())).toEqual(truth.found);
    for (const items of apart) {
      const names = [...foundIn(items).keys()];
      expect(names).toEqual(names.toSorted(byName));
    }
  });

  test('is surveyed with the fingerprints of the walk, without one GET', async () => {
    const { layout, requests } = open();
    const fingerprints = (items: readonly { kind: string; listing?: { name: string; fingerprint: string } }[]) =>
      items.map(({ listing }) => [listing?.name, listing?.fingerprint]).sort();
    const walked = await collect(open().layout.walk(EVERYTHING, signal));
    expect(fingerprints(await collect(layout.scanFingerprints(EVERYTHING, signal)))).toEqual(fingerprints(walked));
    expect(requests.gets).toBe(0);
  });

  test.each([STORE_PAGE, 7])('has its names listed in pages of %d', async (pageSize) => {
    const { layout } = open(pageSize);
    const names = () => collect(layout.listNames(signal));
    expect(await names().catch(names)).toEqual(truth.names);
  });

  test('has every repository listed by itself', async () => {
    const { layout } = open();
    await collect(layout.walk(EVERYTHING, signal));
    for (const name of truth.names) {
      const right = truth.found.get(name) ?? new Map();
      expect(tagMap((await layout.listRepository(name, signal)).tags)).toEqual(right);
      if (right.size < PAGE) expect(tagMap((await open().layout.listRepository(name, signal)).tags)).toEqual(right);
    }
  });

  test('of the first generation is found whole, in pages of four too', async () => {
    const names = V1_REGISTRY.map(({ name }) => name).sort(byName);
    for (const pageSize of [PAGE, 4]) {
      const { layout } = open(pageSize, 'V1');
      const ranges = rangesAt(['library/app', 'team/er', 'team/er/x'].sort(byName));
      for (const walked of [[EVERYTHING], ranges]) {
        const items = (await Promise.all(walked.map((range) => collect(layout.walk(range, signal))))).flat();
        expect([...foundIn(items).keys()].sort(byName)).toEqual(names);
        for (const found of foundIn(items).values()) expect([...found.keys()].sort()).toEqual(['latest', 'v1', 'v1.0']);
      }
      const listed = () => collect(layout.listNames(signal));
      expect(await listed().catch(listed)).toEqual(names);
    }
  });
});
