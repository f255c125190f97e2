import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../src/aws/errors.ts';
import { findRegistry } from '../../../src/storage/find-registry.ts';
import type { ListRequest, ObjectStorage } from '../../../src/storage/object-storage.ts';
import { createMemoryStorage } from '../../support/registry/memory-storage.ts';

const { signal } = new AbortController();
const keyIn = (root: string) =>
  `${root === '' ? '' : `${root}/`}docker/registry/v2/repositories/a/_manifests/tags/b/current/link`;

const storageWith = (...keys: string[]) =>
  createMemoryStorage(new Map(keys.map((key) => [key, { body: Buffer.from('any'), lastModifiedMs: 0 }])));

/** Counts the LISTs of a storage, and refuses those for which it is told to. */
function watched(storage: ObjectStorage, refuses: (request: ListRequest) => boolean = () => false) {
  const asked: ListRequest[] = [];
  const list: ObjectStorage['list'] = async (request, stop) => {
    asked.push(request);
    if (refuses(request)) throw new ServiceError({ kind: 'denied', reason: 'AccessDenied', message: 'no' });
    return storage.list(request, stop);
  };
  return { storage: { ...storage, list }, asked };
}

describe('a registry that is not where it was looked for', () => {
  test.each([
    ['a folder too deep', 'images/docker', 'images'],
    ['two folders too deep', 'docker/registry', ''],
    ['with the bucket as its first folder', 'bucket/images', 'images'],
    ['a folder too high', '', 'images'],
    ['two folders too high', '', 'a/b'],
    ['a folder too high below another', 'a', 'a/b'],
  ])('is found when it was looked for %s', async (_, rootDirectory, root) => {
    expect(await findRegistry(storageWith(keyIn(root)), rootDirectory, signal)).toBe(root);
  });

  test('is not found where there is none, in few requests', async () => {
    const strangers = Array.from({ length: 100 }, (_, at) => `folder-${at}/sub/file`);
    const { storage, asked } = watched(storageWith(...strangers));
    expect(await findRegistry(storage, 'a/b', signal)).toBeUndefined();
    expect(await findRegistry(storage, '', signal)).toBeUndefined();
    expect(asked.length).toBeLessThan(150);
  });

  test('is found although other folders may not be listed', async () => {
    const refuses = ({ prefix }: ListRequest) => prefix.startsWith('docker/');
    const { storage } = watched(storageWith(keyIn('images')), refuses);
    expect(await findRegistry(storage, '', signal)).toBe('images');
  });
});
