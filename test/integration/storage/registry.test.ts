import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '../../support/native-errors.ts';
import type { Source } from '../../../src/api/settings.ts';
import { createS3Client } from '../../../src/aws/s3-get.ts';
import { type Artefact, helmChart, image } from '../../../src/standalone/sample/artefacts.ts';
import { createDirectoryStorage } from '../../../src/storage/drivers/directory-storage.ts';
import type { Layout, RepositoryListing, WalkItem } from '../../../src/storage/layout.ts';
import { countRequests, type ObjectStorage } from '../../../src/storage/object-storage.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { collect } from '../../support/collect.ts';
import { deleteByApi, tagsByApi } from '../../support/registry/registry-api.ts';

const BUCKET = 'registry';
const ROOT = 'some/root';
/** Neighbours whose order as names, as paths and as keys differs; in the order of their keys. */
const NEIGHBOURS = ['app-extra', 'app.x', 'app/0sub', 'app', 'app/x', 'app/x/y', 'app0', 'app_x'];
const NAMES = [...NEIGHBOURS, 'charts/shop', 'team-a/sub/demo'];

const { signal } = new AbortController();
let s3: S3Server;
let registry: Registry;

const sourceOf = (fields: Partial<Extract<Source, { kind: 's3' }>> = {}): Source => ({
  kind: 's3',
  bucket: BUCKET,
  region: s3.region,
  endpoint: s3.endpoint,
  forcePathStyle: true,
  rootDirectory: ROOT,
  layout: 'Auto',
  ...fields,
});

const imageOf = (content: string, platforms = ['linux/amd64']): Artefact =>
  image({ platforms, content, created: new Date('2026-01-01T00:00:00Z') });

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: [BUCKET] });
  registry = await startRegistry({ s3, bucket: BUCKET, rootDirectory: ROOT });
  for (const name of NEIGHBOURS)
    for (const tag of ['1.0', '1.0-beta', 'latest']) await push(registry.url, name, tag, imageOf(`${name} ${tag}`));
  for (let move = 0; move < 5; move += 1) await push(registry.url, 'app', 'latest', imageOf(`move ${move}`));
  await push(registry.url, 'team-a/sub/demo', 'v1', imageOf('demo', ['linux/amd64', 'linux/arm64/v8']));
  await push(registry.url, 'charts/shop', '0.1.0', helmChart({ name: 'shop', version: '0.1.0' }));
});

afterAll(async () => {
  await registry?.stop();
  await s3?.stop();
});

const layoutOf = (storage: ObjectStorage): Layout => openLayout({ storage, source: sourceOf(), now: Date.now });

const listingsOf = (items: readonly WalkItem[]): RepositoryListing[] =>
  items.flatMap((item) => (item.kind === 'repository' ? [item.listing] : []));

const tagsOf = ({ tags }: RepositoryListing) => tags.map(({ name, digest }) => [name, digest]).sort();

/** Asks for pages of at most `pageSize` keys. */
function inPages(storage: ObjectStorage, pageSize: number): ObjectStorage {
  const sizeOf = (maxKeys = pageSize) => Math.min(pageSize, maxKeys);
  return {
    ...storage,
    list: (request, signal) => storage.list({ ...request, maxKeys: sizeOf(request.maxKeys) }, signal),
  };
}

async function walked(layout: Layout, cuts: readonly string[] = []): Promise<RepositoryListing[]> {
  const listings: RepositoryListing[] = [];
  for (const [at, from] of [undefined, ...cuts].entries())
    listings.push(...listingsOf(await collect(layout.walk({ from, to: cuts[at] }, signal))));
  return listings;
}

describe('a walk over what a registry wrote', () => {
  test.each([1, 7, 1_000])('finds what its own API tells, without reading a link, in pages of %d', async (pageSize) => {
    const storage = countRequests(inPages(openStorage(sourceOf(), s3), pageSize));
    const listings = await walked(layoutOf(storage));
    expect(listings.map(({ name }) => name)).toEqual(NAMES);
    for (const listing of listings) expect(tagsOf(listing)).toEqual(await tagsByApi(registry.url, listing.name));
    expect(listings.flatMap(({ faults }) => faults)).toEqual([]);
    expect(storage.requests.gets).toBe(0);
  });

  test('finds the same in ranges, whatever they are cut at', async () => {
    const layout = layoutOf(openStorage(sourceOf(), s3));
    const whole = (await walked(layout)).map(({ listedAtMs: _, ...rest }) => rest);
    for (const cuts of [['app'], ['app-extra', 'app/x', 'app0'], ['app.x', 'app/0sub', 'nothing', 'zz']])
      expect((await walked(layout, cuts)).map(({ listedAtMs: _, ...rest }) => rest)).toEqual(whole);
  });

  test('finds the same in the folder that the store keeps it in', async () => {
    const folder = layoutOf(createDirectoryStorage({ path: `${s3.directory}/${BUCKET}` }));
    const bucket = layoutOf(openStorage(sourceOf(), s3));
    const plain = (listings: RepositoryListing[]) => listings.map((listing) => [listing.name, tagsOf(listing)]);
    expect(plain(await walked(folder))).toEqual(plain(await walked(bucket)));
  });

  test.each([1, 3, 1_000])('has its names listed, in pages of %d', async (pageSize) => {
    const storage = countRequests(inPages(openStorage(sourceOf(), s3), pageSize));
    expect(await collect(layoutOf(storage).listNames(signal))).toEqual(NAMES);
  });

  test('sees a push, and what is deleted through the registry', async () => {
    const layout = layoutOf(openStorage(sourceOf(), s3));
    await push(registry.url, 'passing/by', 'v1', imageOf('one'));
    const first = await layout.listRepository('passing/by', signal);
    await push(registry.url, 'passing/by', 'v2', imageOf('two'));
    const second = await layout.listRepository('passing/by', signal);
    expect([first, second].map(({ tags }) => tags.map(({ name }) => name))).toEqual([['v1'], ['v1', 'v2']]);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    for (const { digest } of second.tags) await deleteByApi(registry.url, 'passing/by', digest);
    expect((await layout.listRepository('passing/by', signal)).tags).toEqual([]);
    expect((await walked(layout)).map(({ name }) => name)).toEqual(NAMES);
  });
});

describe('a bucket', () => {
  test('that is not there, or may not be read, or cannot be reached, is named with the reason', async () => {
    const failureOf = async (storage: ObjectStorage) =>
      storage.list({ prefix: '' }, signal).then(
        () => 'no failure',
        (error: unknown) => error,
      );
    expect(await failureOf(openStorage(sourceOf({ bucket: 'nowhere' }), s3))).toMatchObject({
      failure: { kind: 'notFound', reason: 'BucketNotFound', message: expect.stringContaining('bucket nowhere') },
    });
    expect(await failureOf(openStorage(sourceOf(), { ...s3, secretAccessKey: 'wrong' }))).toMatchObject({
      failure: { kind: 'denied', reason: 'CredentialsInvalid' },
    });
    expect(await failureOf(openStorage(sourceOf({ endpoint: 'http://127.0.0.1:9' }), s3))).toMatchObject({
      failure: { kind: 'retryable', reason: 'EndpointUnreachable' },
    });
  });

  test('may hold keys with odd characters, and blobs that are too large', async () => {
    const source = sourceOf();
    const client = createS3Client({ region: s3.region, endpoint: s3.endpoint, credentials: s3, forcePathStyle: true });
    const odd = ['odd/a b+c%20', 'odd/é\u{1f40b}'];
    for (const Key of odd)
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.alloc(5_000_000) }));
    client.destroy();
    const storage = openStorage(source, s3);
    const { objects } = await storage.list({ prefix: 'odd/' }, signal);
    expect(objects.map(({ key }) => key)).toEqual(odd.toSorted());
    for (const key of odd)
      expect(await storage.get(key, 4_000_000, signal)).toEqual({ kind: 'tooLarge', size: 5_000_000 });
    expect(await storage.get(odd[0] ?? '', 5_000_000, signal)).toMatchObject({ kind: 'found' });
    expect(await storage.get('odd/none', 1, signal)).toEqual({ kind: 'missing' });
  });
});
