import type { KubeConfig } from '@kubernetes/client-node';
import { fetch, type Response } from 'undici';
import { parseStatus } from './api-error.ts';
import { accessOf } from './credentials.ts';
import { keepDispatcher } from './dispatcher.ts';

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
 * Sends one request, without a time limit of its own. Rejects with an ApiError when the answer is an error, otherwise
 * with an Error that names the request and keeps its `cause`.
 */
export type Transport = (request: ApiRequest, signal: AbortSignal) => Promise<Response>;

export function createTransport({ config, userAgent, metrics }: TransportOptions): Transport {
  const dispatcherFor = keepDispatcher();
  return async (request, signal) => {
    const { server, headers, connection } = await settledUnless(signal, accessOf(config));
    const url = urlOf(server, request);
    const count = (code: string) => metrics?.requestDone({ method: request.method, host: url.host, code });
    const response = await fetch(url, {
      method: request.method,
      headers: { ...headers, ...contentHeaders(request), 'user-agent': userAgent },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      dispatcher: dispatcherFor(connection),
      signal,
    }).catch((cause: unknown) => {
      count('<error>');
      throw new Error(`${nameOf(request)}: no answer from the API server`, { cause });
    });
    count(String(response.status));
    if (!response.ok) throw await refusal(request, response);
    return response;
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

/** A body that is cut short or is no JSON leaves what the status line says. */
async function refusal(request: ApiRequest, response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => undefined);
  const retryAfter = response.headers.get('retry-after');
  return parseStatus(body, { status: response.status, request: nameOf(request), retryAfter });
}

export function nameOf({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}

/** Credentials may come from a program that hangs; then the request ends with the signal all the same. */
function settledUnless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    work.then(resolve, reject);
  });
}
