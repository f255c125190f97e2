import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { CatalogQuery } from '../../search/api.ts';
import type { SearchView } from '../../search/view.ts';
import { loadedIndex } from '../loaded.ts';
import { parametersOf, positive } from '../parameters.ts';

const Catalog = Type.Object({ repositories: Type.Array(Type.String()) });

const DEFAULT_NAMES = 100;
const MAX_NAMES = 1_000;

/** `GET /v2/_catalog?n=&last=`: names in byte order as registries list them, with a `Link` to the next page. */
export function addCatalog(app: FastifyInstance, view: SearchView): void {
  app.get(
    '/v2/_catalog',
    { schema: { response: { 200: Catalog } } },
    async (request, reply): Promise<Type.Static<typeof Catalog>> => {
      const query = parseCatalogQuery(request.url);
      const { names, more } = await loadedIndex(view).engine.catalog(query, request.signal);
      const last = names.at(-1);
      if (more && last !== undefined) reply.header('link', nextLink(last, query.limit));
      return { repositories: [...names] };
    },
  );
}

function parseCatalogQuery(url: string): CatalogQuery {
  const parameters = parametersOf(url);
  const n = positive(parameters.get('n'), DEFAULT_NAMES, 'PAGINATION_NUMBER_INVALID');
  return { limit: Math.min(n, MAX_NAMES), last: parameters.get('last'), visibility: ANONYMOUS };
}

function nextLink(last: string, limit: number): string {
  return `</v2/_catalog?last=${encodeURIComponent(last)}&n=${limit}>; rel="next"`;
}
