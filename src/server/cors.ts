import type { FastifyReply, FastifyRequest } from 'fastify';

/** Sets the headers by which browsers decide whether a page of another origin may read an answer. */
export type CorsHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

const METHODS = 'GET, HEAD, OPTIONS';
/** What pages send beside the headers that need no leave. Credentials are not among them, and are never allowed. */
const REQUEST_HEADERS = 'Accept, Content-Type, If-None-Match, X-Requested-With';
const ANSWER_HEADERS = 'Docker-Distribution-Api-Version, Link, Retry-After';
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins read answers, of any origin with `*`, and of none when there are none. Not by @fastify/cors
 * (11.4): it takes OPTIONS of every path for a preflight, so that unknown paths are answered with 204 and a plain OPTIONS
 * with 400 as text; says no `Vary` with `*`; and sees no request that Fastify refuses itself.
 */
export function createCorsHeaders(origins: readonly string[]): CorsHeaders {
  if (origins.length === 0) return () => undefined;
  const allowed = new Set(origins);
  const allows = (origin: string | undefined) => {
    if (allowed.has('*')) return '*';
    return origin !== undefined && allowed.has(origin) ? origin : undefined;
  };
  return ({ method, headers }, reply) => {
    // Of answers to others too, or a shared cache gives an answer without the headers to a page that may read it.
    reply.header('vary', 'Origin');
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
