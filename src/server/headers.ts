import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sets the headers that every answer has, errors and redirects included. */
export type CommonHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

/** The path `/v2` or one below it, however many slashes come first; scheme and host may stand before it. */
const REGISTRY_URL = /^(?:https?:\/\/[^/?#]*)?\/+v2(?:[/?#]|%2[fF]|$)/;

const METHODS = 'GET, HEAD, OPTIONS';
/** Credentials are not among them: they are never allowed. */
const REQUEST_HEADERS = 'Accept, Content-Type, If-None-Match, X-Requested-With';
const ANSWER_HEADERS = 'Docker-Distribution-Api-Version, ETag, Link, Retry-After';
const PREFLIGHT_SECONDS = 600;

/** Whether a URL belongs to the registry's API. */
export function isRegistryUrl(url: string): boolean {
  return REGISTRY_URL.test(url);
}

export interface CommonHeadersOptions {
  readonly corsOrigins: readonly string[];
  /** Whether callers may get different answers, which no shared cache may keep then. */
  readonly isPrivate: boolean;
}

/** The CORS headers, and below `/v2` the API version by which clients know a registry. */
export function createCommonHeaders({ corsOrigins, isPrivate }: CommonHeadersOptions): CommonHeaders {
  const setCorsHeaders = createCorsHeaders(corsOrigins);
  // Also where an origin is not allowed: a shared cache must not serve its answers to a page that may read them.
  const vary = [...(corsOrigins.length > 0 ? ['Origin'] : []), ...(isPrivate ? ['Authorization'] : [])].join(', ');
  return (request, reply) => {
    if (isRegistryUrl(request.url)) reply.header('docker-distribution-api-version', 'registry/2.0');
    setCorsHeaders(request, reply);
    if (vary !== '') reply.header('vary', vary);
    if (isPrivate) reply.header('cache-control', 'private');
  };
}

/**
 * Lets browsers show answers to pages of these origins; `*` is any origin. Own code, because @fastify/cors 11.4 takes
 * OPTIONS of every path for a preflight (204 for unknown paths, 400 as text for a plain OPTIONS), sets no `Vary` with
 * `*`, and does not see requests that Fastify itself refuses.
 */
function createCorsHeaders(origins: readonly string[]): CommonHeaders {
  if (origins.length === 0) return () => undefined;
  const allowed = new Set(origins);
  const allows = (origin: string | undefined) => {
    if (allowed.has('*')) return '*';
    return origin !== undefined && allowed.has(origin) ? origin : undefined;
  };
  return ({ method, headers }, reply) => {
    const origin = allows(headers.origin);
    if (origin === undefined) return;
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', ANSWER_HEADERS);
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return;
    reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .header('access-control-max-age', PREFLIGHT_SECONDS);
  };
}
