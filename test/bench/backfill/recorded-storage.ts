import type { ListRequest, ObjectStorage } from '../../../src/storage/object-storage.ts';

/** A request as it can be sent once more. */
export type RecordedRequest =
  | { readonly kind: 'list'; readonly request: ListRequest }
  | { readonly kind: 'get'; readonly key: string };

export interface RecordedStorage extends ObjectStorage {
  readonly requests: readonly RecordedRequest[];
}

/** Remembers every request. */
export function recordRequests(storage: ObjectStorage): RecordedStorage {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    list(request, signal) {
      requests.push({ kind: 'list', request });
      return storage.list(request, signal);
    },
    get(key, maxBytes, signal) {
      requests.push({ kind: 'get', key });
      return storage.get(key, maxBytes, signal);
    },
  };
}

export function countOf(requests: readonly RecordedRequest[], kind: RecordedRequest['kind']): number {
  return requests.filter((request) => request.kind === kind).length;
}
