import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { SuggestQuery } from '../../search/api.ts';
import { fold } from '../../search/fold.ts';
import type { SearchView } from '../../search/view.ts';
import { ApiError } from '../errors.ts';
import { loadedIndex } from '../loaded.ts';
import { parametersOf, positive } from '../parameters.ts';

const Suggestions = Type.Object({ suggestions: Type.Array(Type.String()) });

const DEFAULT_NAMES = 10;
const MAX_NAMES = 50;
const MAX_PREFIX_CHARACTERS = 256;

/** `GET /v1/suggest?q=&n=`: names that what was typed so far may become, best first. */
export function addSuggest(app: FastifyInstance, view: SearchView): void {
  app.get(
    '/v1/suggest',
    { schema: { response: { 200: Suggestions } } },
    async (request): Promise<Type.Static<typeof Suggestions>> => {
      const query = parseSuggestQuery(request.url);
      return { suggestions: [...(await loadedIndex(view).engine.suggest(query, request.signal))] };
    },
  );
}

function parseSuggestQuery(url: string): SuggestQuery {
  const parameters = parametersOf(url);
  const prefix = parameters.get('q') ?? '';
  if (prefix.length > MAX_PREFIX_CHARACTERS) throw new ApiError('PREFIX_TOO_LONG');
  const limit = Math.min(positive(parameters.get('n'), DEFAULT_NAMES, 'N_INVALID'), MAX_NAMES);
  return { prefix: fold(prefix), limit, visibility: ANONYMOUS };
}
