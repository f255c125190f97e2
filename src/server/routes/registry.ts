import type { FastifyInstance } from 'fastify';
import type { CatalogPage, CatalogQuery, Visibility } from '../../search/api.ts';
import type { Access } from '../access/access.ts';
import type { Computed } from '../answers/answer-cache.ts';
import { type AnswerDeps, answerJson } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { parametersOf, rowsOf } from './parameters.ts';

const NAMES = { fallback: 100, most: 1_000, code: 'PAGINATION_NUMBER_INVALID' } as const;

/**
 * `GET /v2/`: podman gives up on a registry that does not answer it, and clients log in only where this asks them to.
 */
export function addApiVersion(app: FastifyInstance, access: Access): void {
  app.get('/v2/', async (request, reply) => {
    await access.checkLogin(request);
    reply.type('application/json');
    return '{}';
  });
}

/** The user agents of oras and regctl, and of programs that are made of their libraries, begin so. */
const ASKS_CATALOG_FIRST = /^(?:oras|regclient)\b/;

/**
 * `GET /v2/_catalog?n=&last=`: names in byte order as registries list them, with a `Link` to the next page. Clients
 * that do not ask `/v2/` before show their login only where this asks for it, and would list what is for everybody
 * after a 200.
 */
export function addCatalog(app: FastifyInstance, deps: AnswerDeps): void {
  app.get('/v2/_catalog', (request, reply) => {
    const asksHere = ASKS_CATALOG_FIRST.test(request.headers['user-agent'] ?? '');
    return mapAnswer(asksHere ? deps.access.checkLogin(request) : undefined, () =>
      answerJson(deps, { request, reply }, ({ engine, visibility }, signal) => {
        const query = parseCatalogQuery(request.url, visibility);
        if (query.limit === 0) return write({ names: [], more: false }, query);
        return deps.large.inTurn({ rows: query.limit, signal }, () =>
          mapAnswer(engine.catalog(query, signal), (page) => write(page, query)),
        );
      }),
    );
  });
}

function parseCatalogQuery(url: string, visibility: Visibility): CatalogQuery {
  const parameters = parametersOf(url);
  return { limit: rowsOf(parameters, NAMES), last: parameters.get('last'), visibility };
}

function write({ names, more }: CatalogPage, { limit }: CatalogQuery): Computed {
  const last = names.at(-1);
  const link = more && last !== undefined ? nextLink(last, limit) : undefined;
  return { body: JSON.stringify({ repositories: names }), link };
}

function nextLink(last: string, limit: number): string {
  return `</v2/_catalog?last=${encodeURIComponent(last)}&n=${limit}>; rel="next"`;
}
