import { addAbortSignal, Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createCaller } from '../aws/call.ts';
import type { ListPage, ListRequest, ObjectStorage, StoredBytes } from './object-storage.ts';

export interface S3StorageOptions {
  readonly client: Pick<S3Client, 'send'>;
  readonly bucket: string;
  /** Where the bucket is asked for, as messages name it: the endpoint, or the service and region. */
  readonly at: string;
  /** For one request with its body and the SDK's own retries. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;

/** A bucket read through the S3 API. Rejects with classified ServiceErrors that name the bucket. */
export function createS3Storage({ client, bucket, at, timeoutMs = TIMEOUT_MS }: S3StorageOptions): ObjectStorage {
  const { once } = createCaller({ thing: `bucket ${bucket}`, at }, { timeoutMs });
  return {
    list: (request, signal) =>
      once(
        async (options) => pageOf(await client.send(new ListObjectsV2Command(listInput(bucket, request)), options)),
        signal,
      ),
    get: (key, maxBytes, signal) =>
      once(async (options) => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key });
        const answer = await client.send(command, options).catch(withoutBytes);
        return 'kind' in answer ? answer : readBody(answer, maxBytes, options.abortSignal);
      }, signal),
  };
}

/** Keys come URL-encoded, because one control character in a key would spoil a whole page of XML. */
function listInput(bucket: string, { prefix, startAfter, delimiter, maxKeys, continuationToken }: ListRequest) {
  return {
    Bucket: bucket,
    Prefix: prefix,
    EncodingType: 'url',
    ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
    ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
    ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
    ...(continuationToken === undefined ? {} : { ContinuationToken: continuationToken }),
  } as const;
}

function pageOf(answer: ListObjectsV2CommandOutput): ListPage {
  const decode = answer.EncodingType === 'url' ? decodeKey : (key: string) => key;
  const objects = (answer.Contents ?? []).map(({ Key = '', Size = 0, ETag, LastModified }) => ({
    key: decode(Key),
    size: Size,
    etag: ETag?.replace(/^"|"$/g, ''),
    lastModifiedMs: LastModified?.getTime() ?? 0,
  }));
  const commonPrefixes = (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix));
  // A store that forgets the token is not taken to be at its end: the walk goes on after the last key.
  const continuationToken = answer.IsTruncated ? (answer.NextContinuationToken ?? '') : undefined;
  return { objects, commonPrefixes, continuationToken };
}

/** S3 writes a blank as `+`, as forms do. What cannot be decoded was not encoded. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

/** What S3 refuses for the object's own sake. */
const WITHOUT_BYTES: Readonly<Record<string, StoredBytes>> = {
  NoSuchKey: { kind: 'missing' },
  NotFound: { kind: 'missing' },
  InvalidObjectState: { kind: 'unreadable', reason: 'it is archived; restore it' },
};

function withoutBytes(error: unknown): StoredBytes {
  const answer = error instanceof Error ? WITHOUT_BYTES[error.name] : undefined;
  if (answer) return answer;
  throw error;
}

/** Reads a body of at most `maxBytes`; the connection of a longer one is dropped, whether its length was told or not. */
async function readBody(answer: GetObjectCommandOutput, maxBytes: number, signal: AbortSignal): Promise<StoredBytes> {
  const body = addAbortSignal(signal, answer.Body instanceof Readable ? answer.Body : Readable.from([]));
  const toldSize = answer.ContentLength ?? 0;
  if (toldSize > maxBytes) {
    body.destroy();
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
