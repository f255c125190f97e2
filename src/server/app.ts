import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { SearchView } from '../search/view.ts';
import { createGuardedApp, type GuardedApp } from '../telemetry/guarded-app.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SocketLimits } from '../telemetry/socket-guard.ts';
import { createAnswerCache } from './answer-cache.ts';
import { countAnswers } from './answer-metrics.ts';
import { answerClientError, answerError } from './error-handlers.ts';
import { ApiError } from './errors.ts';
import { keepRequestsYoung } from './request-garbage.ts';
import { measureRequests } from './request-metrics.ts';
import { addApiVersion } from './routes/api-version.ts';
import { addCatalog } from './routes/catalog.ts';
import { addHome } from './routes/home.ts';
import { addPing } from './routes/ping.ts';
import { addSearch } from './routes/search.ts';
import { addStatus } from './routes/status.ts';
import { addSuggest } from './routes/suggest.ts';

export interface SearchServerDeps {
  readonly view: SearchView;
  readonly registry: Registry;
  readonly log: Logger;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
  /** Limits of its sockets other than those of everybody. */
  readonly limits?: Partial<SocketLimits>;
}

const ANSWER_CACHE_BYTES = 32 * 1024 * 1024;

/** The HTTP API of search: docker's, podman's and the registry's routes, and our own. */
export function buildSearchServer(deps: SearchServerDeps): GuardedApp {
  keepRequestsYoung();
  const onError = answerError(deps.log);
  const guarded = createGuardedApp({
    ...(deps.limits && { limits: deps.limits }),
    refuse: answerClientError,
    // Routes read parameters by rules of their own, and a remembered answer needs none of them read.
    routerOptions: { querystringParser: () => ({}) },
    frameworkErrors: onError,
    // Requests that come on a connection still open while others are finished are answered too; it is closed after them.
    return503OnClosing: false,
  });
  const { app } = guarded;
  app.setErrorHandler(onError);
  app.setNotFoundHandler(() => {
    throw new ApiError('NOT_FOUND');
  });
  measureRequests(app, deps.registry);
  addRoutes(app, deps);
  return guarded;
}

function addRoutes(app: FastifyInstance, { view, registry, now = Date.now }: SearchServerDeps): void {
  const answers = createAnswerCache({ maxBytes: ANSWER_CACHE_BYTES, now, onAnswer: countAnswers(registry) });
  addHome(app);
  addPing(app);
  addSearch(app, { view, answers, now });
  addSuggest(app, { view, answers });
  addStatus(app, view);
  addApiVersion(app);
  addCatalog(app, { view, answers });
}
