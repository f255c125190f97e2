import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerJson } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { sendTagged } from '../answers/tagged-answer.ts';
import { OPERATIONS, type Operation } from '../api/operations.ts';
import { parametersOf } from './parameters.ts';
import type { SearchRouteDeps } from './search.ts';

/** The routes below `/api/v1/`: see `OPERATIONS`. */
export function addApi(app: FastifyInstance, deps: SearchRouteDeps): void {
  for (const operation of OPERATIONS) addOperation(app, operation, deps);
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
    return mapAnswer(body, (ready) => sendTagged(exchange, ready));
  });
}

function restOf({ params }: FastifyRequest): string {
  const rest = typeof params === 'object' && params !== null && '*' in params ? params['*'] : '';
  return typeof rest === 'string' ? rest : '';
}
