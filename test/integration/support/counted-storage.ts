import { type CountedStorage, countRequests as count } from '../../../src/storage/count-requests.ts';
import type { ObjectStorage } from '../../../src/storage/object-storage.ts';

/** Counts requests, and asks for pages of at most `pageSize` keys. */
export function countRequests(storage: ObjectStorage, pageSize = 1_000): CountedStorage {
  return count({
    ...storage,
    list: (request, signal) =>
      storage.list({ ...request, maxKeys: Math.min(pageSize, request.maxKeys ?? pageSize) }, signal),
  });
}
