import { LRUCache } from 'lru-cache';
import type { Parsed } from '../storage/artefact/json.ts';
import type { Digest, Layout } from '../storage/layout.ts';

export interface BlobReaderOptions {
  readonly layout: Layout;
  /** Such as `manifest`; named in what is said of a blob that cannot be used. */
  readonly what: string;
  /** Longer blobs are not read. */
  readonly maxBytes: number;
}

export interface BlobRequest<T> {
  readonly digest: Digest;
  readonly parse: (bytes: Buffer) => Parsed<T>;
}

/** Reads and parses blobs. What is wrong with a blob is an answer; rejects only with what the storage rejects with. */
export type BlobReader<T> = (request: BlobRequest<T>, signal: AbortSignal) => Promise<Parsed<T>>;

/** Bytes of the blobs whose parsed forms, which are smaller, are kept. */
const CACHED_BYTES = 32 * 1024 * 1024;

/** Blobs never change, so what was parsed once is not read again. What could not be used may be mended, and is. */
export function createBlobReader<T extends object>({ layout, what, maxBytes }: BlobReaderOptions): BlobReader<T> {
  const cache = new LRUCache<Digest, T>({ maxSize: CACHED_BYTES });
  return async ({ digest, parse }, signal) => {
    const cached = cache.get(digest);
    if (cached) return { kind: 'parsed', value: cached };
    const blob = await layout.readBlob(digest, maxBytes, signal);
    if (blob.kind === 'missing') return { kind: 'malformed', reason: `the ${what} is missing` };
    if (blob.kind === 'unreadable') return { kind: 'malformed', reason: `the ${what} cannot be read: ${blob.reason}` };
    if (blob.kind === 'tooLarge') return { kind: 'malformed', reason: `the ${what} is too large: ${blob.size} bytes` };
    const parsed = parse(blob.bytes);
    if (parsed.kind === 'parsed') cache.set(digest, parsed.value, { size: Math.max(1, blob.bytes.length) });
    return parsed;
  };
}
