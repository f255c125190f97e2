import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { SearchView } from '../search/view.ts';
import { createGuardedApp, type GuardedApp } from '../telemetry/guarded-app.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SocketLimits } from '../telemetry/socket-guard.ts';
import { createAnswerCache } from './answers/answer-cache.ts';
import { createLargeAnswers } from './answers/large-answers.ts';
import { createCorsHeaders } from './cors.ts';
import { answerClientError, answerError } from './errors/error-handlers.ts';
import { countAnswers, measureRequests } from './metrics.ts';
import { addApiVersion, addCatalog, nameApiVersion } from './routes/registry.ts';
import { addPing, addSearch } from './routes/search.ts';
import { addHome, addStatus } from './routes/service.ts';
import { addSuggest } from './routes/suggest.ts';
import { answerUnrouted } from './routes/unrouted.ts';

export interface SearchServerDeps {
  readonly view: SearchView;
  readonly registry: Registry;
  readonly log: Logger;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
  /** Origins whose pages may read answers, see `createCorsHeaders`; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** Limits of its sockets other than those of everybody. */
  readonly limits?: Partial<SocketLimits>;
}

const ANSWER_CACHE_BYTES = 32 * 1024 * 1024;

/** The HTTP API of search: docker's, podman's and the registry's routes, and our own. */
export function buildSearchServer(deps: SearchServerDeps): GuardedApp {
  keepRequestsYoung();
  const onError = answerError(deps.log);
  const setCorsHeaders = createCorsHeaders(deps.corsOrigins ?? []);
  const setHeaders = (request: FastifyRequest, reply: FastifyReply) => {
    nameApiVersion(request, reply);
    setCorsHeaders(request, reply);
  };
  const guarded = createGuardedApp({
    ...(deps.limits && { limits: deps.limits }),
    refuse: answerClientError,
    // Routes read parameters by rules of their own, and a remembered answer needs none of them read.
    routerOptions: { querystringParser: () => ({}) },
    // No hook sees these requests.
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      onError(error, request, reply);
    },
    // Requests that come on a connection still open while others are finished are answered too; it is closed after them.
    return503OnClosing: false,
  });
  const { app } = guarded;
  app.setErrorHandler(onError);
  measureRequests(app, deps.registry);
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  answerUnrouted(app);
  addRoutes(app, deps);
  return guarded;
}

function addRoutes(app: FastifyInstance, { view, registry, now = Date.now }: SearchServerDeps): void {
  const answers = createAnswerCache({ maxBytes: ANSWER_CACHE_BYTES, now, onAnswer: countAnswers(registry) });
  const deps = { view, answers, large: createLargeAnswers(), now };
  addHome(app);
  addPing(app);
  addSearch(app, deps);
  addSuggest(app, deps);
  addStatus(app, view);
  addApiVersion(app);
  addCatalog(app, deps);
}

/**
 * Keeps what a request allocates among V8's young objects, for the whole process.
 * While the first searches take long, requests outlive collections of the young, and V8 learns from that to allocate
 * what is theirs among the old at once. It never unlearns it, though remembered answers take microseconds: all that
 * requests leave behind then lasts until a full collection, which was seen to halve the requests answered a second.
 */
function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
