import { createHash } from 'node:crypto';
import { ServiceError } from '../../../src/aws/errors.ts';
import type { ObjectStorage, StorageObject } from '../../../src/storage/object-storage.ts';

export interface MemoryObject {
  readonly body: Buffer;
  readonly lastModifiedMs: number;
}

export interface MemoryOptions {
  /** Keys and commonPrefixes on a page, at most. */
  readonly pageSize?: number;
  /** `plain`: MD5 of the body, as S3 gives it; `encrypted`: anything else, as with SSE-KMS. */
  readonly etags?: 'plain' | 'encrypted';
  /** How the store treats a delimiter of two characters. */
  readonly delimiters?: 'any' | 'refused' | 'ignored' | 'losesOneAPage';
}

export interface MemoryStorage extends ObjectStorage {
  readonly requests: { lists: number; gets: number };
}

/**
 * S3 as its documentation describes it, on a map of keys that may change: byte order, pages, start-after, delimiter.
 */
export function createMemoryStorage(
  objects: ReadonlyMap<string, MemoryObject>,
  { pageSize = 1_000, etags = 'plain', delimiters = 'any' }: MemoryOptions = {},
): MemoryStorage {
  const requests = { lists: 0, gets: 0 };
  const sortedKeys = createSorter(objects);

  const describe = (key: string): StorageObject => {
    const { body, lastModifiedMs } = objects.get(key) ?? { body: Buffer.alloc(0), lastModifiedMs: 0 };
    const salt = etags === 'plain' ? '' : 'key';
    const etag = createHash('md5').update(salt).update(body).digest('hex');
    return { key, size: body.length, etag, lastModifiedMs };
  };

  return {
    requests,
    async list({ prefix, startAfter, delimiter, maxKeys = pageSize, continuationToken }, signal) {
      signal.throwIfAborted();
      requests.lists += 1;
      if (delimiter && delimiter.length > 1 && delimiters === 'refused') throw refusal();
      const rolled = delimiters === 'ignored' && delimiter !== '/' ? undefined : delimiter;
      const after = continuationToken ?? startAfter;
      const page = pageOf(sortedKeys(), { prefix, after, rolled, limit: Math.min(maxKeys, pageSize) });
      if (delimiters === 'losesOneAPage' && rolled) page.commonPrefixes.pop();
      return { ...page, objects: page.objects.map(describe) };
    },
    async get(key, maxBytes) {
      requests.gets += 1;
      const found = objects.get(key);
      if (!found) return { kind: 'missing' };
      const size = found.body.length;
      return size > maxBytes ? { kind: 'tooLarge', size } : { kind: 'found', bytes: found.body };
    },
  };
}

/** Sorts again only when keys came or went, for tests list large buckets often. */
function createSorter(objects: ReadonlyMap<string, MemoryObject>): () => readonly string[] {
  let keys: string[] = [];
  let sorted: string[] = [];
  return () => {
    const now = [...objects.keys()];
    if (now.length === keys.length && now.every((key, at) => key === keys[at])) return sorted;
    keys = now;
    sorted = now.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return sorted;
  };
}

interface PageRequest {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly rolled: string | undefined;
  readonly limit: number;
}

/** A continuation token is a key that everything on the pages before it is not behind. */
function pageOf(keys: readonly string[], { prefix, after, rolled, limit }: PageRequest) {
  const page = {
    objects: [] as string[],
    commonPrefixes: [] as string[],
    continuationToken: undefined as string | undefined,
  };
  let end = after ?? '';
  for (const key of keys) {
    if (!key.startsWith(prefix) || (after !== undefined && !isAfter(key, after))) continue;
    const newest = page.commonPrefixes.at(-1);
    if (newest !== undefined && key.startsWith(newest)) continue;
    if (page.objects.length + page.commonPrefixes.length === limit) return { ...page, continuationToken: end };
    const at = rolled ? key.indexOf(rolled, prefix.length) : -1;
    if (at < 0) page.objects.push(key);
    else page.commonPrefixes.push(key.slice(0, at + (rolled?.length ?? 0)));
    end = at < 0 ? key : `${page.commonPrefixes.at(-1)}\u{10ffff}`;
  }
  return page;
}

function isAfter(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
}

function refusal(): ServiceError {
  return new ServiceError({ kind: 'terminal', reason: 'RequestFailed', message: 'the delimiter is refused' });
}
