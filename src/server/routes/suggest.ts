import type { FastifyInstance } from 'fastify';
import type { SuggestQuery, Visibility } from '../../search/api.ts';
import { fold } from '../../search/fold.ts';
import type { Computed } from '../answers/answer-cache.ts';
import { type AnswerDeps, answerJson } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { parametersOf, rowsParameter, textParameter } from './parameters.ts';

const NAMES = { fallback: 10, most: 50, code: 'N_INVALID' } as const;
const MAX_PREFIX_CHARACTERS = 256;

export const SUGGEST_PARAMETERS = {
  q: textParameter('q', 'what was typed so far: words that a name has, the last of them perhaps unfinished', {
    maxLength: MAX_PREFIX_CHARACTERS,
    code: 'PREFIX_TOO_LONG',
  }),
  n: rowsParameter('names', NAMES),
} as const;

/** `GET /v1/suggest?q=&n=`: names that what was typed so far may become, best first. */
export function addSuggest(app: FastifyInstance, deps: AnswerDeps): void {
  app.get('/v1/suggest', (request, reply) =>
    answerJson(deps, { request, reply }, ({ engine, visibility }, signal) => {
      const query = parseSuggestQuery(request.url, visibility);
      return query.limit === 0 ? write([]) : mapAnswer(engine.suggest(query, signal), write);
    }),
  );
}

function write(suggestions: readonly string[]): Computed {
  return { body: JSON.stringify({ suggestions }) };
}

/** Reads a request's URL. Throws an ApiError for one that is not understood. */
export function parseSuggestQuery(url: string, visibility: Visibility): SuggestQuery {
  const parameters = parametersOf(url);
  const prefix = SUGGEST_PARAMETERS.q.read(parameters);
  return { prefix: fold(prefix), limit: SUGGEST_PARAMETERS.n.read(parameters), visibility };
}
