import type { FastifyInstance } from 'fastify';
import type { Answer, SearchPage } from '../../search/engine.ts';
import type { SearchView, ServedIndex } from '../../search/view.ts';
import type { AnswerCache } from '../answer-cache.ts';
import { loadedIndex } from '../loaded.ts';
import { writeAnswer } from '../search-answer.ts';
import { parseSearchRequest } from '../search-request.ts';

export interface SearchRouteDeps {
  readonly view: SearchView;
  readonly answers: AnswerCache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * `GET /v1/search?q=&n=&page=&sort=&cursor=`: what `docker search` and `podman search` ask. Answers are handed over as
 * bytes, without Fastify's serialising.
 */
export function addSearch(app: FastifyInstance, { view, answers, now }: SearchRouteDeps): void {
  app.get('/v1/search', async (request, reply) => {
    const served = loadedIndex(view);
    reply.header('content-type', 'application/json; charset=utf-8');
    return answers.answer(request.url, served, () => search(request.url, served, now()));
  });
}

function search(url: string, { engine, incomplete }: ServedIndex, nowMs: number): Answer<Buffer> {
  const request = parseSearchRequest(url, nowMs);
  const write = (found: SearchPage) => writeAnswer(request, found, incomplete);
  const found = engine.search(request.search);
  return found instanceof Promise ? found.then(write) : write(found);
}
