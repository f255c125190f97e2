import { LRUCache } from 'lru-cache';
import type { FaultKind } from '../../api/fault.ts';
import { createSingleFlight } from '../../async/single-flight.ts';
import type { Parsed } from '../../oci/json-fields.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import type { Layout } from '../../storage/layout.ts';
import type { StoredBytes } from '../../storage/object-storage.ts';

export interface BlobReaderOptions {
  readonly layout: Pick<Layout, 'readBlob'>;
  /** What messages call the blob, such as `manifest`. */
  readonly what: string;
  /** Longer blobs are not read. */
  readonly maxBytes: number;
}

export interface BlobRequest<T> {
  readonly digest: Digest;
  readonly parse: (bytes: Buffer) => Parsed<T>;
}

export type ReadBlob<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'unusable'; readonly fault: FaultKind; readonly reason: string };

/** Reads and parses blobs. A faulty blob is an answer; rejects only with what the storage rejects with. */
export type BlobReader<T> = (request: BlobRequest<T>, signal: AbortSignal) => Promise<ReadBlob<T>>;

/** Bytes of the blobs whose parsed forms are cached; those of small blobs take twice as much. */
const CACHED_BYTES = 8 * 1024 * 1024;

/**
 * Blobs never change, so a parsed blob is cached, and requests for one that is being read share the read. A blob that
 * could not be used is read again, because it may have been repaired.
 */
export function createBlobReader<T extends object>({ layout, what, maxBytes }: BlobReaderOptions): BlobReader<T> {
  const cache = new LRUCache<Digest, T>({ maxSize: CACHED_BYTES });
  const flights = createSingleFlight<ReadBlob<T>>();

  const read = async ({ digest, parse }: BlobRequest<T>, signal: AbortSignal): Promise<ReadBlob<T>> => {
    const blob = await layout.readBlob(digest, maxBytes, signal);
    if (blob.kind !== 'found')
      return { kind: 'unusable', fault: faultOf(blob), reason: `the ${what} ${problemOf(blob)}` };
    const parsed = parse(blob.bytes);
    if (parsed.kind === 'malformed') return { kind: 'unusable', fault: 'Malformed', reason: parsed.reason };
    cache.set(digest, parsed.value, { size: Math.max(1, blob.bytes.length) });
    return parsed;
  };

  const readOnce: BlobReader<T> = async (request, signal) => {
    const { digest } = request;
    const cached = cache.get(digest);
    if (cached) return { kind: 'parsed', value: cached };
    const other = flights.join(digest, { signal });
    if (!other) return flights.begin(digest, { signal }, (stop) => read(request, stop));
    // One failure of a store need not fail everything that wants the blob.
    return other.catch(() => {
      signal.throwIfAborted();
      return readOnce(request, signal);
    });
  };
  return readOnce;
}

type NoBlob = Exclude<StoredBytes, { readonly kind: 'found' }>;

function faultOf(blob: NoBlob): FaultKind {
  if (blob.kind === 'unreadable') return blob.refusal;
  return blob.kind === 'missing' ? 'Missing' : 'TooLarge';
}

function problemOf(blob: NoBlob): string {
  if (blob.kind === 'missing') return 'is missing';
  return blob.kind === 'unreadable' ? `cannot be read: ${blob.reason}` : `is too large: ${blob.size} bytes`;
}
