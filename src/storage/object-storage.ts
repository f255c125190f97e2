import type { RefusalKind } from '../api/fault.ts';

/** One object of a listing. Times are milliseconds since 1970. */
export interface StorageObject {
  readonly key: string;
  readonly size: number;
  /** Without quotes; undefined where the driver has none. */
  readonly etag: string | undefined;
  readonly lastModifiedMs: number;
  /** Of a folder's symbolic link that is not followed: nothing can be read there. */
  readonly isLink?: boolean;
}

export interface ListRequest {
  readonly prefix: string;
  /** Keys after this one, in byte order; it need not exist. */
  readonly startAfter?: string;
  /** Rolls up everything between `prefix` and its next occurrence into one of `commonPrefixes`. */
  readonly delimiter?: string;
  /** 1 to 1,000; the store's own page size when left out. */
  readonly maxKeys?: number;
  /** From the page before; goes with the same prefix and delimiter. */
  readonly continuationToken?: string;
}

export interface ListPage {
  /** In byte order of their keys (UTF-8), as S3 lists them. */
  readonly objects: readonly StorageObject[];
  readonly commonPrefixes: readonly string[];
  /** Undefined on the last page. */
  readonly continuationToken: string | undefined;
}

/**
 * What the walk needs of a store, S3 or a directory. Both answer in byte order of keys.
 * Rejects with a classified ServiceError: `notFound` for a missing bucket, `denied`, `retryable`, `terminal`.
 */
export interface ObjectStorage {
  list(request: ListRequest, signal: AbortSignal): Promise<ListPage>;
  /** The object's bytes, or why there are none; the body of one that is `tooLarge` for `maxBytes` is not read. */
  get(key: string, maxBytes: number, signal: AbortSignal): Promise<StoredBytes>;
}

export type StoredBytes =
  | { readonly kind: 'found'; readonly bytes: Buffer }
  | { readonly kind: 'missing' }
  | { readonly kind: 'tooLarge'; readonly size: number }
  /** What is wrong is wrong with this one object, others can be read. */
  | { readonly kind: 'unreadable'; readonly refusal: RefusalKind; readonly reason: string };

export interface CountedStorage extends ObjectStorage {
  /** Requests begun so far, without retries inside of the driver. */
  readonly requests: { lists: number; gets: number };
}

/** A store as it is, counting what is asked of it. */
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
