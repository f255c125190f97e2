import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';

/** Answers a request that no route takes. Throws an ApiError. */
export type AnswerUnrouted = (request: FastifyRequest, reply: FastifyReply) => void;

const ALLOWED = 'GET, HEAD, OPTIONS';

/**
 * OPTIONS and other methods of known paths, redirects below `/v2`, and 404. Call it before the routes are added, and
 * what it returns before a body is read: no body is used.
 */
export function createUnroutedAnswer(app: FastifyInstance): AnswerUnrouted {
  const known = new Set(['*']);
  const beginnings = new Set<string>();
  const isKnown = (path: string | undefined) =>
    path !== undefined && (known.has(path) || [...beginnings].some((beginning) => path.startsWith(beginning)));
  app.addHook('onRoute', ({ url }) => {
    if (url.endsWith('/*')) beginnings.add(url.slice(0, -1));
    else known.add(url);
  });
  return (request, reply) => {
    if (hasBody(request)) reply.header('connection', 'close');
    if (isKnown(pathOf(request.url))) return answerMethod(request, reply);
    const target = registryRedirect(request.url, isKnown);
    if (target === undefined) throw new ApiError('NOT_FOUND');
    reply.redirect(target, 301);
  };
}

function answerMethod({ method }: FastifyRequest, reply: FastifyReply): void {
  reply.header('allow', ALLOWED);
  if (method !== 'OPTIONS') throw new ApiError('UNSUPPORTED');
  reply.code(204).send();
}

/** A body that is not read leaves its connection unusable. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The path of a request's URL, decoded; undefined where it is not percent-encoded UTF-8. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(rawPathOf(url));
  } catch {
    return undefined;
  }
}

/** Scheme and host stand before the path when a client takes this server for a proxy. */
function rawPathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}

const REGISTRY_PATH = /^\/+v2(?:\/|$)/;
const CLEAN_REGISTRY_PATH = /^\/v2(?:\/|$)/;

/**
 * Where the registry's router (gorilla/mux with StrictSlash) redirects a request below `/v2`: to the path without empty
 * and dot segments, and then to the route that differs by a slash at its end. The target always begins with `/v2`, so
 * it is no other host and no other API. Undefined where nothing is to be redirected.
 */
function registryRedirect(url: string, isRoute: (path: string) => boolean): string | undefined {
  const path = pathOf(url);
  if (path === undefined || !REGISTRY_PATH.test(path)) return undefined;
  const clean = cleanPath(path);
  const target = clean === path ? withOtherEnd(path) : clean;
  if (!CLEAN_REGISTRY_PATH.test(target) || (clean === path && !isRoute(target))) return undefined;
  return encodePath(target) + queryOf(url);
}

/** The path with each `.`, `..` and empty segment resolved; a slash at its end stays. */
function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const end = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${end}`;
}

function withOtherEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

function encodePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function queryOf(url: string): string {
  const [address = ''] = url.split('#', 1);
  const at = address.indexOf('?');
  return at === -1 ? '' : address.slice(at);
}
