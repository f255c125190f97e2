import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../../support/network/listen.ts';
import type { KeyPage, SyntheticBucket } from './synthetic-bucket.ts';

export interface Latencies {
  /** Before the first byte of an answer, as clients of S3 see it. */
  readonly listMs: number;
  readonly getMs: number;
}

export interface S3Stub {
  readonly endpoint: string;
  close(): void;
}

const LAST_MODIFIED = '2026-01-01T00:00:00.000Z';

/**
 * An S3 server of one bucket that answers as late as S3 does, so that requests and concurrency tell, not its own speed.
 */
export async function startS3Stub(bucket: SyntheticBucket, { listMs, getMs }: Latencies): Promise<S3Stub> {
  const server = createServer(async ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://stub');
    const isList = searchParams.get('list-type') === '2';
    await wait(isList ? listMs : getMs);
    if (isList) answerList(response, bucket, searchParams);
    else answerGet(response, bucket.get(decodeURIComponent(pathname).split('/').slice(2).join('/')));
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerList(response: ServerResponse, bucket: SyntheticBucket, query: URLSearchParams): void {
  const page = bucket.list({
    prefix: query.get('prefix') ?? '',
    startAfter: query.get('continuation-token') ?? query.get('start-after') ?? '',
    delimiter: query.get('delimiter') ?? undefined,
    maxKeys: Number(query.get('max-keys') ?? 1_000),
  });
  response.writeHead(200, { 'content-type': 'application/xml' }).end(listingXml(page));
}

/** Keys of this bucket need no escaping. */
function listingXml({ keys, commonPrefixes, truncated }: KeyPage): string {
  const contents = keys.map(
    ({ key, etag, size }) =>
      `<Contents><Key>${key}</Key><LastModified>${LAST_MODIFIED}</LastModified><ETag>&quot;${etag}&quot;</ETag>` +
      `<Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const prefixes = commonPrefixes.map((prefix) => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`);
  const last = keys.at(-1)?.key ?? commonPrefixes.at(-1) ?? '';
  const next = truncated ? `<NextContinuationToken>${last}</NextContinuationToken>` : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>${next}${contents.join('')}${prefixes.join('')}` +
    '</ListBucketResult>'
  );
}

function answerGet(response: ServerResponse, bytes: Buffer | undefined): void {
  if (bytes) response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  else response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
}
