import type { Readable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Dispatcher, request as send } from 'undici';
import { unlessAborted } from '../../async/deadline.ts';
import { readJson } from '../../json/read-json.ts';
import { parseStatus } from '../status-error.ts';
import { accessOf, reuseDispatcher } from './connection.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** The media type of the body; JSON if left out. */
  readonly contentType?: string;
}

export interface RestObserver {
  /** `code` is the HTTP status, or `<error>` if there was no answer. */
  requestDone(request: { readonly method: string; readonly host: string; readonly code: string }): void;
}

export interface TransportOptions {
  readonly config: KubeConfig;
  readonly userAgent: string;
  readonly metrics?: RestObserver;
}

/**
 * Sends one request, without a time limit of its own, and returns the answer's body, which the caller reads to its end
 * or destroys. Follows no redirects and accepts no compression. Rejects with a StatusError if the answer is an error,
 * otherwise with an Error that names the request and keeps its `cause`.
 */
export type Transport = (request: ApiRequest, signal: AbortSignal) => Promise<Readable>;

/** A refusal may name every wrong field of an object. */
const MAX_REFUSAL_BYTES = 256 * 1024;

export function createTransport({ config, userAgent, metrics }: TransportOptions): Transport {
  const dispatcherFor = reuseDispatcher();
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

/** If the body is cut off, too long or no JSON, the status line is all that counts. */
async function refusal(request: ApiRequest, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<Error> {
  const answer = await readJson(body, MAX_REFUSAL_BYTES).catch(() => undefined);
  const retryAfter = [headers['retry-after']].flat()[0];
  return parseStatus(answer, { status: statusCode, request: nameOf(request), retryAfter });
}

export function nameOf({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}
