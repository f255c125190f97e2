import { createSingleFlight } from '../../async/single-flight.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { ObjectStorage, StoredBytes } from '../object-storage.ts';

/** Objects tried before the whole store counts as failing. */
const SAMPLES = 20;
/** Larger objects are not read. */
const SAMPLE_BYTES = 64 * 1_024;

/** Failures that may concern a single object; throttling, wrong credentials and a missing bucket never do. */
const TROUBLES: ReadonlySet<string> = new Set([
  'EndpointInvalid',
  'EndpointUnreachable',
  'ReadFailed',
  'RequestFailed',
  'RequestRefused',
  'ServiceFailed',
  'Unsupported',
]);

/**
 * Wraps a store so that an object that it repeatedly fails to serve is `unreadable`, while it serves others. Where it
 * serves no others either, the whole store fails: that rejects.
 */
export function tolerateFailing(storage: ObjectStorage, prefix: string): ObjectStorage {
  let readable: string | undefined;
  const flights = createSingleFlight<boolean>();

  const read = async (key: string, maxBytes: number, signal: AbortSignal): Promise<StoredBytes> => {
    const bytes = await storage.get(key, maxBytes, signal);
    if (bytes.kind === 'found') readable = key;
    return bytes;
  };
  const attempt = (key: string, signal: AbortSignal) =>
    storage.get(key, SAMPLE_BYTES, signal).then(
      ({ kind }) => kind,
      () => 'failed' as const,
    );
  /** A body that could be read proves more than a size. */
  const anyReadable = async (signal: AbortSignal): Promise<boolean> => {
    if (readable !== undefined && (await attempt(readable, signal)) === 'found') return true;
    const { objects } = await storage.list({ prefix, maxKeys: SAMPLES }, signal);
    const kinds = new Set<string>();
    for (const { key } of objects) {
      if (kinds.has('found')) break;
      kinds.add(await attempt(key, signal));
    }
    return kinds.has('found') || (kinds.has('tooLarge') && !kinds.has('failed'));
  };
  const othersAreReadable = async (signal: AbortSignal): Promise<boolean> =>
    flights.join('', { signal }) ?? flights.begin('', { signal }, anyReadable);

  return {
    list: (request, signal) => storage.list(request, signal),
    async get(key, maxBytes, signal) {
      const bytes = await read(key, maxBytes, signal).catch(trouble);
      if (!(bytes instanceof ServiceError)) return bytes;
      if (!(await othersAreReadable(signal))) throw bytes;
      // The store may have recovered meanwhile.
      const again = await read(key, maxBytes, signal).catch(trouble);
      if (!(again instanceof ServiceError)) return again;
      signal.throwIfAborted();
      return { kind: 'unreadable', refusal: 'Unreadable', reason: again.failure.message };
    },
  };
}

function trouble(error: unknown): ServiceError {
  if (error instanceof ServiceError && TROUBLES.has(error.failure.reason)) return error;
  throw error;
}
