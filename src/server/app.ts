import { type FastifyInstance, fastify } from 'fastify';
import type { Registry } from 'prom-client';
import type { SearchView } from '../search/view.ts';
import type { Logger } from '../telemetry/log.ts';
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
}

const ANSWER_CACHE_BYTES = 32 * 1024 * 1024;

/** No route takes a body. */
const BODY_LIMIT_BYTES = 1;
const MAX_HEADER_BYTES = 16_384;
const REQUEST_TIMEOUT_MS = 10_000;
/** Longer than load balancers keep a connection (60 s mostly), so that they are the ones to close it. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** The HTTP API of search: docker's, podman's and the registry's routes, and our own. */
export function buildSearchServer(deps: SearchServerDeps): FastifyInstance {
  keepRequestsYoung();
  const onError = answerError(deps.log);
  const app = fastify({
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
    // Routes read parameters by rules of their own, and a remembered answer needs none of them read.
    routerOptions: { querystringParser: () => ({}) },
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    clientErrorHandler: answerClientError,
    frameworkErrors: onError,
    // Requests that come on a connection still open while others are finished are answered too; it is closed after them.
    return503OnClosing: false,
  });
  app.setErrorHandler(onError);
  app.setNotFoundHandler(() => {
    throw new ApiError('NOT_FOUND');
  });
  measureRequests(app, deps.registry);
  addRoutes(app, deps);
  return app;
}

function addRoutes(app: FastifyInstance, { view, registry, now = Date.now }: SearchServerDeps): void {
  const answers = createAnswerCache({ maxBytes: ANSWER_CACHE_BYTES, now, onAnswer: countAnswers(registry) });
  addHome(app);
  addPing(app);
  addSearch(app, { view, answers, now });
  addSuggest(app, view);
  addStatus(app, view);
  addApiVersion(app);
  addCatalog(app, view);
}
