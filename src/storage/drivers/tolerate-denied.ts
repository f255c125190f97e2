import { ServiceError } from '../../aws/errors.ts';
import type { ListRequest, ObjectStorage, StoredBytes } from '../object-storage.ts';

/**
 * Objects tried before a right counts as missing. Blobs come first, in the order of their hashes, so this is a sample.
 */
const SAMPLES = 20;
const DENIED: StoredBytes = { kind: 'unreadable', refusal: 'Denied', reason: 'the credentials in use may not read it' };
const DENIALS: ReadonlySet<string> = new Set(['AccessDenied', 'KeyUnusable']);

/**
 * Wraps a store so that a single denied object (of another account, or encrypted with a lost key) is `unreadable`.
 * Where none of the first objects of `prefix` can be read, a right is missing: that rejects.
 */
export function tolerateDenied(storage: ObjectStorage, prefix: string): ObjectStorage {
  let othersAreReadable: Promise<boolean> | undefined;

  const ask = (signal: AbortSignal) => {
    othersAreReadable ??= anyReadable(storage, { prefix, maxKeys: SAMPLES }, signal);
    return othersAreReadable.catch((error: unknown) => {
      othersAreReadable = undefined;
      throw error;
    });
  };

  return {
    list: (request, signal) => storage.list(request, signal),
    async get(key, maxBytes, signal) {
      const read = await attempt(storage, { key, maxBytes }, signal);
      if (!(read instanceof ServiceError)) return read;
      if (await ask(signal)) return DENIED;
      throw read;
    },
  };
}

async function anyReadable(storage: ObjectStorage, request: ListRequest, signal: AbortSignal): Promise<boolean> {
  const { objects } = await storage.list(request, signal);
  for (const { key } of objects) {
    const read = await attempt(storage, { key, maxBytes: 0 }, signal);
    if (!(read instanceof ServiceError) && (read.kind === 'found' || read.kind === 'tooLarge')) return true;
  }
  return false;
}

interface Wanted {
  readonly key: string;
  readonly maxBytes: number;
}

/** Returns a denial as an error instead of rejecting. */
async function attempt(storage: ObjectStorage, { key, maxBytes }: Wanted, signal: AbortSignal) {
  return storage.get(key, maxBytes, signal).catch((error: unknown) => {
    if (error instanceof ServiceError && DENIALS.has(error.failure.reason)) return error;
    throw error;
  });
}
