import type { FastifyInstance } from 'fastify';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { CatalogPage, CatalogQuery } from '../../search/api.ts';
import type { Computed } from '../answer-cache.ts';
import { loadedIndex } from '../loaded.ts';
import { parametersOf, positive } from '../parameters.ts';
import { sendJson } from '../send-json.ts';
import type { AnswerDeps } from './search.ts';

const DEFAULT_NAMES = 100;
const MAX_NAMES = 1_000;

/** `GET /v2/_catalog?n=&last=`: names in byte order as registries list them, with a `Link` to the next page. */
export function addCatalog(app: FastifyInstance, { view, answers }: AnswerDeps): void {
  app.get('/v2/_catalog', (request, reply) => {
    const served = loadedIndex(view);
    const answer = answers.answer(request, served, (signal) => {
      const query = parseCatalogQuery(request.url);
      const found = served.engine.catalog(query, signal);
      return found instanceof Promise ? found.then((page) => write(page, query)) : write(found, query);
    });
    return sendJson(reply, answer);
  });
}

function parseCatalogQuery(url: string): CatalogQuery {
  const parameters = parametersOf(url);
  const n = positive(parameters.get('n'), DEFAULT_NAMES, 'PAGINATION_NUMBER_INVALID');
  return { limit: Math.min(n, MAX_NAMES), last: parameters.get('last'), visibility: ANONYMOUS };
}

function write({ names, more }: CatalogPage, { limit }: CatalogQuery): Computed {
  const last = names.at(-1);
  const link = more && last !== undefined ? nextLink(last, limit) : undefined;
  return { body: JSON.stringify({ repositories: names }), link };
}

function nextLink(last: string, limit: number): string {
  return `</v2/_catalog?last=${encodeURIComponent(last)}&n=${limit}>; rel="next"`;
}
