import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDirectoryStorage } from '../../../../src/storage/drivers/directory-storage.ts';
import type { WalkItem } from '../../../../src/storage/layout.ts';
import type { ListRequest, ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createV2Layout } from '../../../../src/storage/v2/layout.ts';
import { collect } from '../../../support/collect.ts';
import { arbitraryRegistry } from '../../../support/registry/arbitrary-registry.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';
import { digestOf, layOut, type Objects, put, putBlob } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directory-storage-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeAll(objects: Objects): Promise<void> {
  await rm(folder, { recursive: true });
  await mkdir(folder);
  for (const [key, { body, lastModifiedMs }] of objects) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), body);
    await utimes(join(folder, key), lastModifiedMs / 1_000, lastModifiedMs / 1_000);
  }
}

/** All pages of a listing, without ETags, which a folder does not have. */
async function pages(storage: ObjectStorage, request: ListRequest) {
  const found = [];
  let continuationToken: string | undefined;
  do {
    const page = await storage.list({ ...request, ...(continuationToken ? { continuationToken } : {}) }, signal);
    found.push({ objects: page.objects.map(({ etag: _, ...rest }) => rest), commonPrefixes: page.commonPrefixes });
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return found;
}

const path = fc
  .array(fc.constantFrom('a', 'a-', 'a.', 'a0', 'ab', '_', '_a', 'é', '\u{ffee}', '\u{1f40b}', 'b'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('/'));

/** Keys of which none is the folder of another. */
const keys = fc
  .uniqueArray(path, { maxLength: 12 })
  .map((all) => all.filter((key) => !all.some((other) => other.startsWith(`${key}/`))));

const request = fc.record(
  {
    prefix: fc.oneof(fc.constantFrom('', 'a', 'a/', 'a/a'), path),
    startAfter: fc.oneof(
      path,
      path.map((it) => `${it}/_~`),
    ),
    delimiter: fc.constantFrom('/', '/_', 'a'),
    maxKeys: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['prefix'] },
);

/** Fingerprints are of one store: a folder has no ETags. */
function withoutFingerprint(item: WalkItem) {
  return item.kind === 'fault' ? item : { ...item.listing, fingerprint: '' };
}

describe('a folder', () => {
  test('answers every request as a store with the same keys does', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.array(request, { minLength: 8, maxLength: 8 }), async (names, requests) => {
        const objects: Objects = new Map();
        for (const name of names) put(objects, name, name);
        await writeAll(objects);
        const storage = createDirectoryStorage({ path: folder });
        for (const asked of requests)
          expect(await pages(storage, asked)).toEqual(await pages(createMemoryStorage(objects), asked));
      }),
      { numRuns: 60 },
    );
  });

  test('gives the walk the same repositories as a bucket', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRegistry, async (registry) => {
        const objects = layOut(registry, 'root');
        await writeAll(objects);
        const [fromFolder, fromBucket] = await Promise.all(
          [createDirectoryStorage({ path: folder }), createMemoryStorage(objects)].map(async (storage) => {
            const layout = createV2Layout({ storage, rootDirectory: 'root', now: () => 7 });
            const items = await collect(layout.walk({ from: undefined, to: undefined }, signal));
            return items.map(withoutFingerprint);
          }),
        );
        expect(fromFolder).toEqual(fromBucket);
      }),
      { numRuns: 30 },
    );
  });

  test('leaves out what a tag pointed to before, unless it has no link or is asked for alone', async () => {
    const tags = 'docker/registry/v2/repositories/app/_manifests/tags';
    const objects: Objects = new Map();
    for (const key of ['v1/current/link', 'v1/index/sha256/aa/link', 'v2/index/sha256/aa/link'])
      put(objects, `${tags}/${key}`, 'sha256:aa');
    await writeAll(objects);
    await mkdir(join(folder, tags, 'v2/current'));
    const storage = createDirectoryStorage({ path: folder });
    const keysOf = async (request: ListRequest) =>
      (await storage.list(request, signal)).objects.map(({ key }) => key.slice(tags.length));
    expect(await keysOf({ prefix: '' })).toEqual(['/v1/current/link', '/v2/index/sha256/aa/link']);
    expect(await keysOf({ prefix: `${tags}/`, startAfter: `${tags}/v1/current/link` })).toEqual([
      '/v2/index/sha256/aa/link',
    ]);
    expect(await keysOf({ prefix: `${tags}/v1/` })).toEqual(['/v1/current/link', '/v1/index/sha256/aa/link']);
  });

  test('reads through a link to the folder, also after the link leads elsewhere', async () => {
    const link = `${folder}-link`;
    const storage = createDirectoryStorage({ path: link });
    for (const name of ['old', 'new']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'file'), name);
      await rm(link, { force: true });
      await symlink(join(folder, name), link);
      expect(await storage.get('file', 9, signal)).toEqual({ kind: 'found', bytes: Buffer.from(name) });
    }
    await rm(link);
  });

  test('names symbolic links that it does not follow, and reads none that leads out of it', async () => {
    await writeAll(new Map());
    const secret = `${folder}-secret`;
    await writeFile(secret, 'secret');
    await symlink(secret, join(folder, 'link'));
    await symlink(dirname(secret), join(folder, 'up'));
    await writeFile(join(folder, 'file'), 'text');
    const storage = createDirectoryStorage({ path: folder });
    const { objects } = await storage.list({ prefix: '' }, signal);
    expect(objects.map(({ key, isLink }) => [key, isLink])).toEqual([
      ['file', undefined],
      ['link', true],
      ['up', true],
    ]);
    for (const key of ['link', `up/${secret.split('/').at(-1)}`, `../${secret.split('/').at(-1)}`, ''])
      expect(await storage.get(key, 100, signal)).toEqual({ kind: 'missing' });
    await rm(secret);
  });

  test.each([
    ['a repository', 'two'],
    ['its manifests', 'two/_manifests'],
    ['its tags', 'two/_manifests/tags'],
    ['a tag', 'two/_manifests/tags/v1'],
    ['what a tag points to', 'two/_manifests/tags/v1/current/link'],
  ])('has the walk tell of %s behind a link, and find what is beside it', async (_, path) => {
    const objects: Objects = new Map();
    const body = Buffer.from(digestOf('x'));
    for (const name of ['one', 'two', 'within'])
      put(objects, `docker/registry/v2/repositories/${name}/_manifests/tags/v1/current/link`, body);
    await writeAll(objects);
    const linked = join(folder, 'docker/registry/v2/repositories', path);
    const outside = `${folder}-outside`;
    await rename(linked, outside);
    await symlink(outside, linked);
    const within = join(folder, 'docker/registry/v2/repositories/within/_manifests/tags/v1/current');
    await rename(join(within, 'link'), join(within, 'text'));
    await symlink('text', join(within, 'link'));
    const storage = createDirectoryStorage({ path: folder });
    const layout = createV2Layout({ storage, rootDirectory: '', now: () => 0 });
    const items = await collect(layout.walk({ from: undefined, to: undefined }, signal));
    const names = items.flatMap((item) => (item.kind === 'repository' ? [item.listing.name] : []));
    const faults = items.flatMap((item) => (item.kind === 'fault' ? [item.fault] : item.listing.faults));
    expect(names).toEqual(['one', 'within']);
    expect(faults.filter(({ kind }) => kind !== 'Foreign')).toEqual([
      {
        kind: 'Unsupported',
        key: `docker/registry/v2/repositories/${path}`,
        reason: 'a symbolic link out of the folder, or to a folder, is not followed',
      },
    ]);
    await rm(outside, { recursive: true });
  });

  test('has a blob come only where it can be read: not by a link that leads out', async () => {
    const objects: Objects = new Map();
    const digests = Array.from({ length: 40 }, (_, at) => putBlob(objects, `${at}`));
    await writeAll(objects);
    const secret = `${folder}-secret`;
    await writeFile(secret, 'secret');
    const linked = [...objects.keys()].slice(0, 20);
    for (const key of linked) {
      await rm(join(folder, key));
      await symlink(secret, join(folder, key));
    }
    const layout = createV2Layout({
      storage: createDirectoryStorage({ path: folder }),
      rootDirectory: '',
      now: () => 0,
    });
    for (const at of [20, 40])
      expect([...(await layout.findBlobs(digests.slice(0, at), signal))].sort()).toEqual(digests.slice(20, at).sort());
    expect([...(await layout.findBlobs(digests.slice(0, 1), signal))]).toEqual([]);
    await rm(secret);
  });

  test('has nothing where there is no file: folders, pipes, links in a circle, names that are too long', async () => {
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'file'), 'text');
    await symlink('circle', join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const storage = createDirectoryStorage({ path: folder });
    const { objects } = await storage.list({ prefix: '' }, signal);
    expect(objects.filter(({ isLink }) => !isLink).map(({ key }) => key)).toEqual(['file']);
    for (const key of ['folder', 'pipe', 'circle', 'circle/x', 'x'.repeat(300)])
      expect(await storage.get(key, 100, signal)).toEqual({ kind: 'missing' });
  });

  test('reads a file of at most so many bytes', async () => {
    await writeFile(join(folder, 'file'), 'text');
    const storage = createDirectoryStorage({ path: folder });
    expect(await storage.get('file', 4, signal)).toEqual({ kind: 'found', bytes: Buffer.from('text') });
    expect(await storage.get('file', 3, signal)).toEqual({ kind: 'tooLarge', size: 4 });
    expect(await storage.get('file/x', 3, signal)).toEqual({ kind: 'missing' });
  });

  test('that does not exist is named in the failure', async () => {
    const storage = createDirectoryStorage({ path: join(folder, 'gone') });
    await expect(storage.list({ prefix: '' }, signal)).rejects.toMatchObject({
      failure: { kind: 'notFound', reason: 'DirectoryNotFound', message: expect.stringContaining(`${folder}/gone`) },
    });
  });
});
