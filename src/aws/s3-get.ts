import type { Readable } from 'node:stream';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { type ClientOptions, common } from './clients.ts';
import { s3Error } from './s3-error.ts';
import { createSignedSender, escaped } from './signed-sender.ts';

export function createS3Client(options: ClientOptions & { readonly forcePathStyle: boolean }): S3Client {
  return new S3Client({ ...common(options), forcePathStyle: options.forcePathStyle, followRegionRedirects: false });
}

export interface S3Request {
  /** Of an object; the bucket itself when left out. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
}

export interface S3Answer {
  /** As the answer's headers give it. */
  readonly size: number | undefined;
  /** To be read to its end or destroyed. */
  readonly body: Readable;
}

/** Rejects with an error named by S3's own code (`NoSuchKey`, `SlowDown`), or by what is wrong with the connection. */
export type S3Get = (request: S3Request, signal: AbortSignal) => Promise<S3Answer>;

/** Signed GETs of one bucket: a backfill is little else. */
export function createS3Get(client: S3Client, bucket: string): S3Get {
  const { config } = client;
  const sender = createSignedSender(config, {
    service: { service: 's3', uriEscapePath: false },
    findEndpoint: () => getEndpointFromInstructions({ Bucket: bucket }, HeadBucketCommand, { ...config }),
  });

  return async ({ key, query = {} }, signal) => {
    const path = key === undefined ? '' : `/${key.split('/').map(escaped).join('/')}`;
    const { statusCode, headers, body } = await sender.send({ method: 'GET', path, query }, signal);
    if (statusCode !== 200) throw await s3Error({ statusCode, headers, body });
    return { size: sizeOf(headers['content-length']), body };
  };
}

function sizeOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' ? Number(header) : undefined;
}
