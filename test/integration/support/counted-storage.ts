import type { ObjectStorage } from '../../../src/storage/object-storage.ts';

export interface CountedStorage extends ObjectStorage {
  readonly requests: { lists: number; gets: number };
}

/** Counts requests, and asks for pages of at most `pageSize` keys. */
export function countRequests(storage: ObjectStorage, pageSize = 1_000): CountedStorage {
  const requests = { lists: 0, gets: 0 };
  return {
    requests,
    list(request, signal) {
      requests.lists += 1;
      return storage.list({ ...request, maxKeys: Math.min(pageSize, request.maxKeys ?? pageSize) }, signal);
    },
    get(key, maxBytes, signal) {
      requests.gets += 1;
      return storage.get(key, maxBytes, signal);
    },
  };
}
