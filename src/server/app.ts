import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { createGuardedApp, type GuardedApp } from '../http/guarded-app.ts';
import type { SocketLimits } from '../http/socket-guard.ts';
import type { AnsweringReplica } from '../search/served-index.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Access, OPEN_ACCESS } from './access/access.ts';
import { LOOP_HEADER } from './access/loop-header.ts';
import { createAnswerCache } from './answers/answer-cache.ts';
import { createEtagSender, type SendWithEtag } from './answers/etag-answer.ts';
import { createLargeAnswers } from './answers/large-answers.ts';
import { ApiError, errorBody } from './errors/api-error.ts';
import { answerClientError, answerError } from './errors/error-handlers.ts';
import { createCommonHeaders } from './headers.ts';
import { countAnswers, measureRequests } from './metrics.ts';
import { createPageSender, type PageSender } from './page/page-sender.ts';
import { addPageRoutes } from './page/routes.ts';
import { addHome, addStatus } from './routes/about.ts';
import { addApi } from './routes/api.ts';
import { addHelm } from './routes/helm.ts';
import { addApiVersion, addCatalog } from './routes/registry.ts';
import { addPing, addSearch } from './routes/search.ts';
import { addSuggest } from './routes/suggest.ts';
import { createUnroutedAnswer } from './routes/unrouted.ts';

export interface SearchServerDeps {
  readonly replica: AnsweringReplica;
  /** Who sees what; when left out, everybody sees what is not private. */
  readonly access?: Access;
  readonly metricsRegistry: Registry;
  readonly log: Logger;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
  /**
   * Where people pull from, as `spec.registry.url`; without it charts have no address, and pages name that of the
   * request.
   */
  readonly registryUrl?: string | undefined;
  /** Origins whose pages may read answers; `*` is any; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** Limits of its sockets that differ from the usual ones. */
  readonly limits?: Partial<SocketLimits>;
}

const ANSWER_CACHE_BYTES = 32 * 1024 * 1024;

/** The HTTP API of search: docker's, podman's and the registry's routes, and our own. */
export function buildSearchServer(deps: SearchServerDeps): GuardedApp {
  keepRequestsYoung();
  const { replica, corsOrigins = [], access = OPEN_ACCESS, now = Date.now } = deps;
  const sendWithEtag = createEtagSender();
  const pages = createPageSender({ replica, access, sendWithEtag, now, registryUrl: deps.registryUrl });
  const onError = answerError(deps.log, pages);
  const setHeaders = createCommonHeaders({ corsOrigins, isPrivate: access.isPrivate });
  const guarded = createGuardedApp({
    ...(deps.limits && { limits: deps.limits }),
    refuse: answerClientError,
    // Routes parse parameters themselves, and a remembered answer is given without.
    routerOptions: { querystringParser: () => ({}) },
    // Hooks do not run for the requests that Fastify itself refuses.
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      const answer = onError(error, request, reply);
      // Nor does Fastify send what this gives a promise of.
      if (answer instanceof Promise) answer.then(reply.send.bind(reply), () => answerFailure(reply));
    },
    // Requests on open connections are answered while the server closes; their connections are closed after the answer.
    return503OnClosing: false,
  });
  const { app } = guarded;
  app.setErrorHandler(onError);
  measureRequests(app, deps.metricsRegistry);
  const answerUnrouted = createUnroutedAnswer(app);
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    if (request.headers[LOOP_HEADER] !== undefined) throw new ApiError('LOOP');
    if (request.is404) answerUnrouted(request, reply);
    else done();
  });
  // Fastify runs the hook for requests without a route only where they have a handler.
  app.setNotFoundHandler(answerUnrouted);
  addRoutes(app, pages, { ...deps, sendWithEtag });
  return guarded;
}

/** Where even the page that tells of an error could not be made. */
function answerFailure(reply: FastifyReply): void {
  const failure = new ApiError('INTERNAL');
  reply.code(failure.status).type('application/json').send(errorBody(failure));
}

interface Sending {
  readonly sendWithEtag: SendWithEtag;
}

function addRoutes(
  app: FastifyInstance,
  pages: PageSender,
  {
    replica,
    metricsRegistry,
    access = OPEN_ACCESS,
    now = Date.now,
    registryUrl,
    sendWithEtag,
  }: SearchServerDeps & Sending,
): void {
  const answers = createAnswerCache({ maxBytes: ANSWER_CACHE_BYTES, now, onAnswer: countAnswers(metricsRegistry) });
  const deps = { replica, access, answers, large: createLargeAnswers(), sendWithEtag, now };
  addHome(app, pages);
  addPageRoutes(app, pages, access);
  addPing(app);
  addSearch(app, deps);
  addSuggest(app, deps);
  addStatus(app, deps);
  addApi(app, pages, deps);
  addApiVersion(app, access);
  addCatalog(app, deps);
  addHelm(app, { ...deps, registryUrl });
}

/**
 * Keeps V8 from allocating the objects of requests in its old generation, in the whole process. It would learn that
 * from the first searches, which are slow and outlive collections of the young generation, and never unlearn it. Then
 * every request leaves garbage until the next full collection, which halved the requests answered a second.
 */
function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
