import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../src/aws/errors.ts';
import { tolerateDenied } from '../../../../src/storage/drivers/tolerate-denied.ts';
import type { ObjectStorage } from '../../../../src/storage/object-storage.ts';
import { createMemoryStorage } from '../../../support/registry/memory-storage.ts';

const { signal } = new AbortController();

/** 50 objects below `registry/` and one beside it; reading those that `reasonFor` names one for ends so. */
function storeRefusing(reasonFor: (key: string) => string | undefined): ObjectStorage {
  const keys = [...Array.from({ length: 50 }, (_, at) => `registry/${at}`), 'beside'];
  const body = Buffer.from('hello');
  const storage = createMemoryStorage(new Map(keys.map((key) => [key, { body, lastModifiedMs: 1 }])));
  return {
    list: storage.list,
    async get(key, maxBytes, stop) {
      const reason = reasonFor(key);
      if (reason) throw new ServiceError({ kind: 'denied', reason, message: reason });
      return storage.get(key, maxBytes, stop);
    },
  };
}

const read = (store: ObjectStorage, key: string) => tolerateDenied(store, 'registry/').get(key, 10, signal);

describe('an object that is denied', () => {
  test.each(['AccessDenied', 'KeyUnusable'])('with %s is unreadable while others can be read', async (denial) => {
    const store = storeRefusing((key) => (key === 'registry/0' ? denial : undefined));
    expect(await read(store, 'registry/0')).toMatchObject({ kind: 'unreadable' });
    expect(await read(store, 'registry/1')).toMatchObject({ kind: 'found' });
  });

  test('like all others means that a right is missing', async () => {
    const store = storeRefusing((key) => (key === 'beside' ? undefined : 'AccessDenied'));
    await expect(read(store, 'registry/0')).rejects.toMatchObject({ failure: { reason: 'AccessDenied' } });
  });

  test('because the credentials are wrong says nothing of the object', async () => {
    const store = storeRefusing((key) => (key === 'registry/0' ? 'CredentialsExpired' : undefined));
    await expect(read(store, 'registry/0')).rejects.toMatchObject({ failure: { reason: 'CredentialsExpired' } });
  });
});
