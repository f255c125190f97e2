import type { Limit } from '../../async/adaptive-limit.ts';
import { type AwsCaller, createAwsCaller } from '../../aws/call.ts';
import { statusOf } from '../../aws/classify.ts';
import { ServiceError } from '../../aws/errors.ts';
import { S3Error } from '../../aws/s3-error.ts';
import type { S3Answer, S3Get } from '../../aws/s3-get.ts';
import { laterKey } from '../listing/byte-order.ts';
import type { ListPage, ListRequest, ObjectStorage, StoredBytes } from '../object-storage.ts';
import { type AnsweredPage, parseListAnswer } from './list-answer.ts';

export interface S3StorageOptions {
  readonly get: S3Get;
  readonly bucket: string;
  /** The place of the bucket in messages: the endpoint, or the service and region. */
  readonly at: string;
  /** For one request with its body. */
  readonly timeoutMs?: number;
  /** Attempts of a request whose failure may pass by itself. */
  readonly attempts?: number;
  readonly limit?: Limit;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
/** A thousand keys of a thousand bytes, each three characters when encoded, and their other fields. */
const MAX_LISTING_BYTES = 8 * 1024 * 1024;

type Version = 1 | 2;

/**
 * Reads a bucket through the S3 API. Rejects with classified ServiceErrors that name the bucket. In a store that knows
 * only ListObjects, or whose ListObjectsV2 gives no continuation token, each page begins after the last key of the one
 * before.
 */
export function createS3Storage(options: S3StorageOptions): ObjectStorage {
  const { get, bucket, at, limit, timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS } = options;
  const manner = { timeoutMs, attempts, ...(limit ? { limit } : {}) };
  const call: AwsCaller = createAwsCaller({ thing: `bucket ${bucket}`, at }, manner);
  /** Undefined until the store has answered a listing. */
  let known: Version | undefined;

  /** A body that breaks off may be complete the next time, so every such error is retryable. */
  const readWhole = (answer: S3Answer, maxBytes: number, signal: AbortSignal) =>
    readBody(answer, maxBytes).catch((error: unknown) => {
      throw signal.aborted ? error : brokenOff(at, error);
    });

  const ask = (request: ListRequest, version: Version, signal: AbortSignal) =>
    call.patiently(async ({ abortSignal }) => {
      const answer = await get({ query: listQuery(request, version) }, abortSignal).catch(asMissingBucket);
      return answeredPage(await readWhole(answer, MAX_LISTING_BYTES, abortSignal), at);
    }, signal);

  /** A store that rejects the very first listing of version 2 may know version 1. */
  const askEither = (request: ListRequest, signal: AbortSignal) =>
    ask(request, 2, signal).catch((error: unknown) => {
      if (known !== undefined || !isRefusal(error)) throw error;
      return ask(request, 1, signal).catch(() => {
        throw error;
      });
    });

  return {
    async list(request, signal) {
      if (known === 1 || markerIn(request) !== undefined) return pageOf(await ask(request, 1, signal), at);
      const page = await askEither(request, signal);
      known ??= page.isVersion1 ? 1 : 2;
      const isElsewhere = page.isVersion1 && (request.startAfter ?? request.continuationToken) !== undefined;
      return pageOf(isElsewhere ? await ask(request, 1, signal) : page, at);
    },
    get: (key, maxBytes, signal) =>
      call.patiently(async ({ abortSignal }) => {
        const answer = await get({ key }, abortSignal).catch(withoutBytes);
        return 'kind' in answer ? answer : readWhole(answer, maxBytes, abortSignal);
      }, signal),
  };
}

/** Requests URL-encoded keys, because a control character in one key would make the XML of a whole page invalid. */
function listQuery(request: ListRequest, version: Version) {
  const { prefix, startAfter, delimiter, maxKeys, continuationToken } = request;
  return {
    ...(version === 1 ? {} : { 'list-type': '2' }),
    prefix,
    'encoding-type': 'url',
    ...given(version === 1 ? 'marker' : 'start-after', markerIn(request) ?? startAfter),
    ...given('delimiter', delimiter),
    ...given('max-keys', maxKeys),
    ...(version === 1 ? {} : given('continuation-token', continuationToken)),
  };
}

function given(name: string, value: string | number | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: `${value}` };
}

/** Begins our substitute for a continuation token; no store can send that character. */
const MARKER = '\u0000';

function markerIn({ continuationToken }: ListRequest): string | undefined {
  return continuationToken?.startsWith(MARKER) ? continuationToken.slice(MARKER.length) : undefined;
}

function pageOf(page: AnsweredPage, at: string): ListPage {
  const { objects, commonPrefixes, continuationToken, isTruncated, nextMarker } = page;
  if (!isTruncated || continuationToken !== undefined) return { objects, commonPrefixes, continuationToken };
  const marker = nextMarker ?? endOf(page);
  // Truncated without a place to continue: the next request would be the same one.
  if (marker === undefined) throw brokenOff(at);
  return { objects, commonPrefixes, continuationToken: MARKER + marker };
}

/** After all keys of a page, and all keys of its last common prefix. */
function endOf({ objects, commonPrefixes }: ListPage): string | undefined {
  const ends = [objects.at(-1)?.key, commonPrefixes.at(-1)?.concat('~')].filter((end) => end !== undefined);
  return ends.length > 0 ? ends.reduce(laterKey) : undefined;
}

function answeredPage(read: StoredBytes, at: string): AnsweredPage {
  if (read.kind !== 'found') throw unusable('ListingTooLarge', `a page of a listing by ${at} is longer than 8 MiB`);
  const answer = parseListAnswer(read.bytes.toString('utf8'));
  if (answer.kind === 'page') return answer.page;
  if (answer.kind === 'error') throw new S3Error(answer.code, 200);
  if (answer.kind === 'incomplete') throw brokenOff(at);
  if (answer.kind === 'malformed') throw unusable('ListingMalformed', `a listing by ${at} is not the XML of S3`);
  throw unusable('EndpointInvalid', `what answers at ${at} is not S3`);
}

function unusable(reason: string, message: string): ServiceError {
  return new ServiceError({ kind: 'terminal', reason, message });
}

const REFUSALS: ReadonlySet<string> = new Set(['Unsupported', 'RequestRefused', 'RequestFailed']);

function isRefusal(error: unknown): boolean {
  return error instanceof ServiceError && error.failure.kind === 'terminal' && REFUSALS.has(error.failure.reason);
}

function brokenOff(at: string, cause?: unknown): ServiceError {
  return new ServiceError(
    { kind: 'retryable', reason: 'ServiceFailed', message: `an answer of ${at} breaks off` },
    cause,
  );
}

/** Errors that concern the object alone. */
const WITHOUT_BYTES: ReadonlyMap<string, StoredBytes> = new Map([
  ['InvalidObjectState', { kind: 'unreadable', refusal: 'Archived', reason: 'it is archived; restore it' }],
]);
/** Some stores answer a missing object without a code or body. */
const GONE = [404, 410];

function withoutBytes(error: unknown): StoredBytes {
  const name = error instanceof Error ? error.name : '';
  const answer = WITHOUT_BYTES.get(name);
  if (answer) return answer;
  if (GONE.includes(statusOf(error) ?? 0) && name !== 'NoSuchBucket') return { kind: 'missing' };
  throw error;
}

/** A 404 to a listing means the bucket, whatever its code. */
function asMissingBucket(error: unknown): never {
  if (error instanceof Error && statusOf(error) === 404) error.name = 'NoSuchBucket';
  throw error;
}

/** Reads a body of at most `maxBytes`; drops the connection of a longer one, with or without Content-Length. */
async function readBody({ size: toldSize = 0, body }: S3Answer, maxBytes: number): Promise<StoredBytes> {
  if (toldSize > maxBytes) {
    body.on('error', () => undefined).destroy();
    return { kind: 'tooLarge', size: toldSize };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) return { kind: 'tooLarge', size };
  }
  return { kind: 'found', bytes: Buffer.concat(chunks) };
}
