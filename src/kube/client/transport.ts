import type { Readable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { unlessAborted } from '../../async/deadline.ts';
import { readJson } from '../../json/read-json.ts';
import { parseStatus } from '../api-error.ts';
import { accessOf, keepDispatcher } from './connection.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Of the body; JSON unless told. */
  readonly contentType?: string;
}

export interface RestObserver {
  /** `code` is the HTTP status, or `<error>` when there was no answer. */
  requestDone(request: { readonly method: string; readonly host: string; readonly code: string }): void;
}

export interface TransportOptions {
  readonly config: KubeConfig;
  readonly userAgent: string;
  readonly metrics?: RestObserver;
}

/**
 * Sends one request, without a time limit of its own, and gives the answer's body, to be read to its end or destroyed.
 * Follows no redirect and takes nothing compressed. Rejects with an ApiError when the answer is an error, otherwise with
 * an Error that names the request and keeps its `cause`.
 */
export type Transport = (request: ApiRequest, signal: AbortSignal) => Promise<Readable>;

/** A refusal names each wrong field of an object, but there is no reading on for ever. */
const MAX_REFUSAL_BYTES = 256 * 1024;

export function createTransport({ config, userAgent, metrics }: TransportOptions): Transport {
  const dispatcherFor = keepDispatcher();
  return async (request, signal) => {
    const { server, headers, connection } = await unlessAborted(signal, accessOf(config));
    const url = urlOf(server, request);
    const count = (code: string) => metrics?.requestDone({ method: request.method, host: url.host, code });
    const response = await send(url, {
      method: request.method,
      headers: { ...headers, ...contentHeaders(request), 'user-agent': userAgent },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      dispatcher: dispatcherFor(connection),
      signal,
    }).catch((cause: unknown) => {
      count('<error>');
      throw new Error(`${nameOf(request)}: no answer from the API server`, { cause });
    });
    count(String(response.statusCode));
    if (response.statusCode < 200 || response.statusCode > 299) throw await refusal(request, response);
    return response.body;
  };
}

function urlOf(server: string, { path, query = {} }: ApiRequest): URL {
  const url = new URL(server + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

function contentHeaders({ body, contentType = 'application/json' }: ApiRequest): Record<string, string> {
  const accept = { accept: 'application/json' };
  return body === undefined ? accept : { ...accept, 'content-type': contentType };
}

/** A body that is cut short, endless or no JSON leaves what the status line says. */
async function refusal(request: ApiRequest, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<Error> {
  const told = await readJson(body, MAX_REFUSAL_BYTES).catch(() => undefined);
  const retryAfter = [headers['retry-after']].flat()[0];
  return parseStatus(told, { status: statusCode, request: nameOf(request), retryAfter });
}

export function nameOf({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}
