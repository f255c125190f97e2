import type { FastifyInstance } from 'fastify';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { SuggestQuery } from '../../search/api.ts';
import { fold } from '../../search/fold.ts';
import type { Computed } from '../answer-cache.ts';
import { ApiError } from '../errors.ts';
import { loadedIndex } from '../loaded.ts';
import { parametersOf, positive } from '../parameters.ts';
import { sendJson } from '../send-json.ts';
import type { AnswerDeps } from './search.ts';

const DEFAULT_NAMES = 10;
const MAX_NAMES = 50;
const MAX_PREFIX_CHARACTERS = 256;

/** `GET /v1/suggest?q=&n=`: names that what was typed so far may become, best first. */
export function addSuggest(app: FastifyInstance, { view, answers }: AnswerDeps): void {
  app.get('/v1/suggest', (request, reply) => {
    const served = loadedIndex(view);
    const answer = answers.answer(request, served, (signal) => {
      const found = served.engine.suggest(parseSuggestQuery(request.url), signal);
      return found instanceof Promise ? found.then(write) : write(found);
    });
    return sendJson(reply, answer);
  });
}

function write(suggestions: readonly string[]): Computed {
  return { body: JSON.stringify({ suggestions }) };
}

function parseSuggestQuery(url: string): SuggestQuery {
  const parameters = parametersOf(url);
  const prefix = parameters.get('q') ?? '';
  if (prefix.length > MAX_PREFIX_CHARACTERS) throw new ApiError('PREFIX_TOO_LONG');
  const limit = Math.min(positive(parameters.get('n'), DEFAULT_NAMES, 'N_INVALID'), MAX_NAMES);
  return { prefix: fold(prefix), limit, visibility: ANONYMOUS };
}
