import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.ts';
import { pathOf, registryRedirect } from '../requests/registry-path.ts';

const ALLOWED = 'GET, HEAD, OPTIONS';

/**
 * Answers what no route takes, before a body is read that nobody wants: OPTIONS and other methods of known paths,
 * redirects below `/v2`, and 404. Call it before the routes are added.
 */
export function answerUnrouted(app: FastifyInstance): void {
  const known = new Set(['*']);
  const isKnown = (path: string | undefined) => path !== undefined && known.has(path);
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    if (hasBody(request)) reply.header('connection', 'close');
    if (isKnown(pathOf(request.url))) return refuseMethod(request, reply);
    const target = registryRedirect(request.url, isKnown);
    if (target === undefined) throw new ApiError('NOT_FOUND');
    reply.redirect(target, 301);
  };
  app.addHook('onRoute', ({ url }) => {
    known.add(url);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answer(request, reply);
    else done();
  });
  // Without a handler of our own the hook would not be called.
  app.setNotFoundHandler(answer);
}

function refuseMethod({ method }: FastifyRequest, reply: FastifyReply): void {
  reply.header('allow', ALLOWED);
  if (method !== 'OPTIONS') throw new ApiError('UNSUPPORTED');
  reply.code(204).send();
}

/** Which is not read, so that its connection cannot be used again. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
