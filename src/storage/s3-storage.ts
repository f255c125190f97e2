import type { Limit } from '../async/adaptive-limit.ts';
import { type Caller, createCaller } from '../aws/call.ts';
import { ServiceError } from '../aws/errors.ts';
import type { S3Answer, S3Get } from '../aws/s3-get.ts';
import { parseListAnswer } from './list-answer.ts';
import type { ListPage, ListRequest, ObjectStorage, StoredBytes } from './object-storage.ts';

export interface S3StorageOptions {
  readonly get: S3Get;
  readonly bucket: string;
  /** Where the bucket is asked for, as messages name it: the endpoint, or the service and region. */
  readonly at: string;
  /** For one request with its body. */
  readonly timeoutMs?: number;
  /** How often a request is sent whose failure may pass by itself. */
  readonly attempts?: number;
  readonly limit?: Limit;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
/** A thousand keys of a thousand bytes, each three characters when encoded, and what is told of them. */
const MAX_LISTING_BYTES = 8 * 1024 * 1024;

/** A bucket read through the S3 API. Rejects with classified ServiceErrors that name the bucket. */
export function createS3Storage(options: S3StorageOptions): ObjectStorage {
  const { get, bucket, at, limit, timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS } = options;
  const manner = { timeoutMs, attempts, ...(limit ? { limit } : {}) };
  const call: Caller = createCaller({ thing: `bucket ${bucket}`, at }, manner);

  /** A body that breaks off may be whole the next time, whatever the parser of HTTP makes of its end. */
  const readWhole = (answer: S3Answer, maxBytes: number, signal: AbortSignal) =>
    readBody(answer, maxBytes).catch((error: unknown) => {
      throw signal.aborted ? error : brokenOff(at, error);
    });

  return {
    list: (request, signal) =>
      call.patiently(async ({ abortSignal }) => {
        const answer = await get({ query: listQuery(request) }, abortSignal);
        return pageOf(await readWhole(answer, MAX_LISTING_BYTES, abortSignal), at);
      }, signal),
    get: (key, maxBytes, signal) =>
      call.patiently(async ({ abortSignal }) => {
        const answer = await get({ key }, abortSignal).catch(withoutBytes);
        return 'kind' in answer ? answer : readWhole(answer, maxBytes, abortSignal);
      }, signal),
  };
}

/** Keys come URL-encoded, because one control character in a key would spoil a whole page of XML. */
function listQuery({ prefix, startAfter, delimiter, maxKeys, continuationToken }: ListRequest) {
  return {
    'list-type': '2',
    prefix,
    'encoding-type': 'url',
    ...(startAfter === undefined ? {} : { 'start-after': startAfter }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(maxKeys === undefined ? {} : { 'max-keys': `${maxKeys}` }),
    ...(continuationToken === undefined ? {} : { 'continuation-token': continuationToken }),
  };
}

function pageOf(read: StoredBytes, at: string): ListPage {
  const answer = read.kind === 'found' ? parseListAnswer(read.bytes.toString('utf8')) : ({ kind: 'foreign' } as const);
  if (answer.kind === 'page') return answer.page;
  if (answer.kind === 'incomplete') throw brokenOff(at);
  const message = `what answers at ${at} is not S3`;
  throw new ServiceError({ kind: 'terminal', reason: 'EndpointInvalid', message });
}

function brokenOff(at: string, cause?: unknown): ServiceError {
  return new ServiceError(
    { kind: 'retryable', reason: 'ServiceFailed', message: `an answer of ${at} breaks off` },
    cause,
  );
}

/** What S3 refuses for the object's own sake. */
const WITHOUT_BYTES: Readonly<Record<string, StoredBytes>> = {
  NoSuchKey: { kind: 'missing' },
  InvalidObjectState: { kind: 'unreadable', refusal: 'Archived', reason: 'it is archived; restore it' },
};

function withoutBytes(error: unknown): StoredBytes {
  const answer = error instanceof Error ? WITHOUT_BYTES[error.name] : undefined;
  if (answer) return answer;
  throw error;
}

/** Reads a body of at most `maxBytes`; the connection of a longer one is dropped, whether its length was told or not. */
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
