import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../src/aws/errors.ts';
import { createDetectedLayout } from '../../../src/storage/detect-layout.ts';
import type { ObjectStorage } from '../../../src/storage/object-storage.ts';
import { createV1Layout } from '../../../src/storage/v1/layout.ts';
import { createV2Layout } from '../../../src/storage/v2/layout.ts';
import { collect } from '../../support/collect.ts';
import { createMemoryStorage } from '../../support/registry/memory-storage.ts';
import { layOut, type Objects } from '../../support/registry/registry-model.ts';
import { layOutV1 } from '../../support/registry/v1-model.ts';

const { signal } = new AbortController();
const TEN_MINUTES_MS = 600_000;
const tags = [{ name: 'latest', content: 'x', pushedAtMs: 1_000 }];
const v1 = () => layOutV1([{ name: 'team/old', tags }]);
const v2 = () => layOut([{ name: 'team/new', tags }]);

function detectOn(storage: ObjectStorage, now = () => 0) {
  const candidates = [
    { layout: createV2Layout({ storage, rootDirectory: '', now }), repositories: 'docker/registry/v2/repositories/' },
    { layout: createV1Layout({ storage, root: 'registry', now }), repositories: 'registry/repositories/' },
  ] as const;
  return createDetectedLayout({ storage, candidates, now });
}

/** As with a policy whose rights end at other prefixes. */
function denying(storage: ObjectStorage, ...prefixes: string[]): ObjectStorage {
  return {
    ...storage,
    async list(request, listSignal) {
      if (!prefixes.some((prefix) => request.prefix.startsWith(prefix))) return storage.list(request, listSignal);
      throw new ServiceError({ kind: 'denied', reason: 'AccessDenied', message: 'may not be listed' });
    },
  };
}

describe('what a store holds', () => {
  test('is found out by one LIST of one key for each layout, and remembered', async () => {
    const storage = createMemoryStorage(v1());
    const layout = detectOn(storage);
    await collect(layout.listNames(signal));
    expect(storage.requests.lists).toBe(2 + 1);
    await collect(layout.listNames(signal));
    expect(storage.requests.lists).toBe(2 + 1 + 1);
  });

  test('is asked again at each use while there is nothing, and every ten minutes later on', async () => {
    const objects: Objects = new Map();
    let nowMs = 0;
    const layout = detectOn(createMemoryStorage(objects), () => nowMs);
    const names = () => collect(layout.listNames(signal));
    const add = (more: Objects) => {
      for (const [key, object] of more) objects.set(key, object);
    };
    expect(await names()).toEqual([]);
    add(v1());
    expect(await names()).toEqual(['team/old']);
    add(v2());
    nowMs = TEN_MINUTES_MS - 1;
    expect(await names()).toEqual(['team/old']);
    nowMs = TEN_MINUTES_MS;
    expect(await names()).toEqual(['team/new', 'team/old']);
  });

  test('is what may be listed of it; where nothing may be, that is told', async () => {
    const storage = createMemoryStorage(v2());
    expect(await collect(detectOn(denying(storage, 'registry/')).listNames(signal))).toEqual(['team/new']);
    await expect(collect(detectOn(denying(storage, 'registry/', 'docker/')).listNames(signal))).rejects.toThrow(
      'may not be listed',
    );
  });
});
