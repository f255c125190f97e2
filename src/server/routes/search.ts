import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Answer, SearchPage } from '../../search/api.ts';
import { hasTimes } from '../../search/query/query.ts';
import { QueryError } from '../../search/query/query-error.ts';
import type { SearchView, ServedIndex } from '../../search/view.ts';
import type { AnswerCache, Computed } from '../answer-cache.ts';
import { answerMistake, showsRowsAlone } from '../error-row.ts';
import { loadedIndex } from '../loaded.ts';
import { parametersOf } from '../parameters.ts';
import { answerOf } from '../search-answer.ts';
import { parseSearchRequest, type SearchRequest } from '../search-request.ts';
import { sendJson } from '../send-json.ts';

/** What a route needs whose answers are shared and remembered. */
export interface AnswerDeps {
  readonly view: SearchView;
  readonly answers: AnswerCache;
}

export interface SearchRouteDeps extends AnswerDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * `GET /v1/search?q=&n=&page=&sort=&cursor=`: what `docker search` and `podman search` ask. Answers are handed over as
 * JSON, so that those remembered cost next to nothing.
 */
export function addSearch(app: FastifyInstance, { view, answers, now }: SearchRouteDeps): void {
  app.get('/v1/search', (request, reply) => {
    const served = loadedIndex(view);
    try {
      const answer = answers.answer(request, served, (signal) => {
        return search(parseSearchRequest(request.url, now()), served, signal);
      });
      return sendJson(reply, answer);
    } catch (error) {
      return explain(error, request);
    }
  });
}

function search(request: SearchRequest, { engine, incomplete }: ServedIndex, signal: AbortSignal): Answer<Computed> {
  const write = (found: SearchPage) => ({
    body: JSON.stringify(answerOf(request, found, incomplete)),
    isTimed: hasTimes(request.search.query),
  });
  const found = engine.search(request.search, signal);
  return found instanceof Promise ? found.then(write) : write(found);
}

/** Throws the error again unless it is a mistake in the query, asked by a client that would not show it. */
function explain(error: unknown, { headers, url }: FastifyRequest): string {
  if (!(error instanceof QueryError) || !showsRowsAlone(headers['user-agent'])) throw error;
  return JSON.stringify(answerMistake(parametersOf(url).get('q') ?? '', error));
}
