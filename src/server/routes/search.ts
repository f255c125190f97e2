import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Hit } from '../../search/engine.ts';
import { fold } from '../../search/fold.ts';
import type { SearchView, ServedIndex } from '../../search/view.ts';
import { loadedIndex } from '../loaded.ts';
import { parseSearchRequest, type SearchRequest } from '../search-request.ts';

const Row = Type.Object({
  name: Type.String(),
  description: Type.String(),
  star_count: Type.Integer(),
  is_official: Type.Boolean(),
  is_automated: Type.Boolean(),
  is_trusted: Type.Boolean(),
});

const Answer = Type.Object({
  query: Type.String(),
  num_results: Type.Integer(),
  num_pages: Type.Integer(),
  page: Type.Integer(),
  page_size: Type.Integer(),
  results: Type.Array(Row),
  incomplete: Type.Optional(Type.Boolean()),
});

/** `GET /v1/search?q=&n=&page=`: what `docker search` and `podman search` ask; `incomplete` is ours. */
export function addSearch(app: FastifyInstance, view: SearchView): void {
  app.get('/v1/search', { schema: { response: { 200: Answer } } }, async (request) =>
    answer(loadedIndex(view), parseSearchRequest(request.url)),
  );
}

async function answer(
  { engine, incomplete }: ServedIndex,
  request: SearchRequest,
): Promise<Type.Static<typeof Answer>> {
  const { term, rows, page } = request;
  const { total, hits } = await engine.search({
    query: { all: term === '' ? [] : [{ kind: 'text', text: fold(term) }], none: [] },
    sort: { by: 'relevance', reverse: false },
    start: { kind: 'offset', offset: (page - 1) * rows },
    limit: rows,
    visibility: { names: undefined, showPrivate: true },
  });
  return {
    query: term,
    num_results: total,
    num_pages: Math.ceil(total / rows),
    page,
    page_size: rows,
    results: hits.map(rowOf),
    ...(incomplete ? { incomplete } : {}),
  };
}

/** Stars, officialness and automation are Docker Hub's; a private registry has none of them. */
function rowOf({ name, summary, title }: Hit): Type.Static<typeof Row> {
  const description = summary ?? title ?? '';
  return { name, description, star_count: 0, is_official: false, is_automated: false, is_trusted: false };
}
