import type { Readable } from 'node:stream';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { EndpointV2, HttpRequest } from '@smithy/types';
import { createDispatcher, refusedByProxy } from '../network/dispatcher.ts';
import {
  applicationOf,
  type ClientOptions,
  CONNECT_TIMEOUT_MS,
  common,
  MAX_SOCKETS,
  REQUEST_TIMEOUT_MS,
} from './clients.ts';
import { createRequestSigner } from './request-signer.ts';
import { s3Error } from './s3-error.ts';

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

/**
 * Signed GETs of one bucket. The client says where the bucket is and who asks, as for its own commands; but a command
 * of the SDK costs four times the CPU of the same GET sent so, and a backfill is little else than GETs.
 */
export function createS3Get(client: S3Client, bucket: string): S3Get {
  const { config } = client;
  const agent = createDispatcher({
    connections: MAX_SOCKETS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  });
  const signer = createRequestSigner(config, { service: 's3', uriEscapePath: false });
  let found: Promise<EndpointV2> | undefined;
  const endpointOf = () => {
    found ??= getEndpointFromInstructions({ Bucket: bucket }, HeadBucketCommand, { ...config });
    return found;
  };

  return async ({ key, query = {} }, signal) => {
    const { url, properties } = await endpointOf();
    const base = url.pathname.replace(/\/$/, '');
    const path = key === undefined ? base || '/' : `${base}/${key.split('/').map(escaped).join('/')}`;
    const signingRegion = properties?.authSchemes?.[0]?.signingRegion;
    const request = requestTo(url, path, query, await applicationOf(config));
    const signed = await signer.sign(request, signingRegion ? { signingRegion } : {});
    const target = {
      origin: url.origin,
      path: path + queryText(query),
      method: 'GET',
      headers: signed.headers,
    } as const;
    const { statusCode, headers, body } = await agent.request({ ...target, signal }).catch((error: unknown) => {
      throw refusedByProxy(error);
    });
    if (statusCode !== 200) throw await s3Error({ statusCode, headers, body });
    return { size: sizeOf(headers['content-length']), body };
  };
}

function requestTo(
  { protocol, hostname, port, host }: URL,
  path: string,
  query: Record<string, string>,
  userAgent: string,
): HttpRequest {
  const place = { protocol, hostname, ...(port ? { port: Number(port) } : {}) };
  return { ...place, method: 'GET', path, query, headers: { host, 'user-agent': userAgent } };
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** As signatures want it: everything but letters, digits, `-`, `.`, `_` and `~`. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sizeOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' ? Number(header) : undefined;
}
