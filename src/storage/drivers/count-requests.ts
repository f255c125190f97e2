import type { ObjectStorage } from '../object-storage.ts';

export interface CountedStorage extends ObjectStorage {
  /** As many as were begun so far; repetitions by the SDK are not told apart. */
  readonly requests: { lists: number; gets: number };
}

/** The same store, counting what is asked of it. */
export function countRequests(storage: ObjectStorage): CountedStorage {
  const requests = { lists: 0, gets: 0 };
  return {
    requests,
    list(request, signal) {
      requests.lists += 1;
      return storage.list(request, signal);
    },
    get(key, maxBytes, signal) {
      requests.gets += 1;
      return storage.get(key, maxBytes, signal);
    },
  };
}
