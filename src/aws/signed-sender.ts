import type { SignatureV4Init } from '@smithy/signature-v4';
import type { EndpointV2, HttpRequest } from '@smithy/types';
import type { Dispatcher } from 'undici';
import { createDispatcher, type DispatcherOptions, refusedByProxy } from '../network/dispatcher.ts';
import { type Application, applicationOf, CONNECT_TIMEOUT_MS, MAX_SOCKETS, REQUEST_TIMEOUT_MS } from './clients.ts';
import { createRequestSigner, type SignedService } from './request-signer.ts';

/** Of a client of the SDK: who asks, and the region that signatures name. */
export type SenderConfig = Pick<SignatureV4Init, 'credentials' | 'region'> & Application;

export interface SenderOptions {
  readonly service: SignedService;
  /** Where the client's own commands go. */
  readonly findEndpoint: () => Promise<EndpointV2>;
  /** The clock of signatures; milliseconds since 1970. */
  readonly now?: () => number;
}

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  /** Below the endpoint, each segment escaped: `/key`, or nothing. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SignedSender {
  /** Gives any answer of the service. Rejects with what is wrong with the connection. */
  send(request: UnsignedRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  close(): void;
}

const LIMITS: DispatcherOptions = {
  connections: MAX_SOCKETS,
  connect: { timeout: CONNECT_TIMEOUT_MS },
  headersTimeout: REQUEST_TIMEOUT_MS,
  bodyTimeout: REQUEST_TIMEOUT_MS,
  // What asks now and then, as a quiet replica does, finds the connection of before; the SDK never closes one.
  keepAliveTimeout: 60_000,
};

/**
 * Signed requests to a service. The client says where it is and who asks, as for its own commands; but a command of the
 * SDK costs three to four times the CPU of the same request sent so.
 */
export function createSignedSender(
  config: SenderConfig,
  { service, findEndpoint, now = Date.now }: SenderOptions,
): SignedSender {
  const agent = createDispatcher(LIMITS);
  const signer = createRequestSigner(config, service);
  let endpoint: EndpointV2 | undefined;

  return {
    async send({ method, path: below = '', query = {}, headers: own, body }, signal) {
      endpoint ??= await findEndpoint();
      const { url, properties } = endpoint;
      const path = url.pathname.replace(/\/$/, '') + below || '/';
      const userAgent = await applicationOf(config);
      const headers = { ...own, host: url.host, 'user-agent': userAgent };
      const request: HttpRequest = { ...placeOf(url), method, path, query, headers, body };
      const signingRegion = properties?.authSchemes?.[0]?.signingRegion;
      const signingDate = new Date(now());
      const signed = await signer.sign(request, { signingDate, ...(signingRegion ? { signingRegion } : {}) });
      const target = { origin: url.origin, path: path + queryText(query), method, headers: signed.headers };
      return agent.request({ ...target, body: body ?? null, signal }).catch((error: unknown) => {
        throw refusedByProxy(error);
      });
    },
    close: () => void agent.destroy(),
  };
}

function placeOf({ protocol, hostname, port }: URL) {
  return { protocol, hostname, ...(port ? { port: Number(port) } : {}) };
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** As signatures want it: everything but letters, digits, `-`, `.`, `_` and `~`. */
export function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
