import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerJson } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { describeApi } from '../api/openapi.ts';
import { OPERATIONS, type Operation } from '../api/operations.ts';
import type { PageSender } from '../page/page-sender.ts';
import { parametersOf } from './parameters.ts';
import type { SearchRouteDeps } from './search.ts';

/** The routes below `/api/v1/`, and what describes them: see `OPERATIONS`. */
export function addApi(app: FastifyInstance, pages: PageSender, deps: SearchRouteDeps): void {
  for (const operation of OPERATIONS) addOperation(app, operation, deps);
  addDescription(app, pages, deps);
}

/**
 * `GET /api/openapi.json` for programs and `GET /api/` for people; they say nothing of the registry, so anybody may
 * read them.
 */
function addDescription(app: FastifyInstance, pages: PageSender, { sendWithEtag }: SearchRouteDeps): void {
  const api = describeApi();
  const document = JSON.stringify(api);
  app.get('/api/openapi.json', (request, reply) => {
    reply.type('application/json; charset=utf-8');
    return sendWithEtag({ request, reply }, document);
  });
  app.get('/api/', (request, reply) =>
    pages.sendOpen(request, reply, (page, render) => render.renderReference({ page, api })),
  );
}

function addOperation(app: FastifyInstance, operation: Operation, deps: SearchRouteDeps): void {
  app.get(operation.rest ? `${operation.path}*` : operation.path, (request, reply) => {
    const exchange = { request, reply };
    const body = answerJson(deps, exchange, (seen, signal) => {
      const asked = { url: request.url, rest: restOf(request), nowMs: deps.now() };
      return deps.large.inTurn({ rows: operation.rows(parametersOf(request.url)), signal }, () =>
        mapAnswer(operation.answer(asked, seen, signal), ({ value, isTimed = false }) => ({
          body: JSON.stringify(value),
          isTimed,
        })),
      );
    });
    return mapAnswer(body, (ready) => deps.sendWithEtag(exchange, ready));
  });
}

function restOf({ params }: FastifyRequest): string {
  const rest = typeof params === 'object' && params !== null && '*' in params ? params['*'] : '';
  return typeof rest === 'string' ? rest : '';
}
