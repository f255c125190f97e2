import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Answer, isAsTyped, type SearchQuery, type Start, type Visibility } from '../../search/api.ts';
import { QueryError } from '../../search/query/mistake.ts';
import { MAX_CHARACTERS, parseQuery } from '../../search/query/parse.ts';
import { hasTimes } from '../../search/query/query.ts';
import { BEST_FIRST, parseSort, SORTS, type Sort } from '../../search/query/sort.ts';
import type { Computed } from '../answers/answer-cache.ts';
import { type AnswerDeps, answerJson, type SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { type AnsweredRequest, answerMistake, answerOf, answerRows, showsRowsAlone } from '../answers/search-answer.ts';
import { ApiError } from '../errors/api-error.ts';
import {
  CURSOR,
  PAGE,
  type Parameter,
  type Parameters,
  parametersOf,
  rowsParameter,
  textParameter,
} from './parameters.ts';

export interface SearchRouteDeps extends AnswerDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `GET /v1/_ping`: docker asks it before it searches, and takes the header for a registry without a central index. */
export function addPing(app: FastifyInstance): void {
  app.get('/v1/_ping', async (_request, reply) => {
    reply.header('x-docker-registry-standalone', 'true').type('application/json');
    return 'true';
  });
}

/** `GET /v1/search?q=&n=&page=&sort=&cursor=`: what `docker search` and `podman search` ask. */
export function addSearch(app: FastifyInstance, deps: SearchRouteDeps): void {
  app.get('/v1/search', (request, reply) => {
    const form = showsRowsAlone(request.headers['user-agent']) ? 'rows' : undefined;
    const forClient = form === undefined ? EVERYTHING : ROWS_OF_IMAGES;
    try {
      const answer = answerJson(deps, { request, reply, form }, (seen, signal) => {
        const { visibility } = seen;
        const asked = { ...parseSearchRequest(request.url, { nowMs: deps.now(), visibility }), ...forClient };
        return deps.large.inTurn({ rows: asked.rows, signal }, () => answerSearch(asked, seen, signal));
      });
      return answer instanceof Promise ? answer.catch((error) => explain(error, request)) : answer;
    } catch (error) {
      return explain(error, request);
    }
  });
}

/** What depends on the client: how an answer is shown, and what comes first in it. */
interface ForClient extends Pick<SearchQuery, 'prefer'> {
  readonly show: typeof answerOf;
}

export const EVERYTHING: ForClient = { show: answerOf };
/** docker and podman pull images, and no charts. */
const ROWS_OF_IMAGES: ForClient = { show: answerRows, prefer: 'images' };

/** A search, as its client is answered. */
export interface ShownSearch extends SearchRequest, ForClient {}

/** The answer that is kept where nothing that was written since can change it. */
export function answerSearch(request: ShownSearch, seen: SeenIndex, signal: AbortSignal): Answer<Computed> {
  const { engine, kept } = seen;
  if (!kept) return searchNow(request, seen, signal);
  const earlier = { ...kept.asTyped, version: kept.version };
  return mapAnswer(engine.mayDiffer(queryOf(request), earlier, signal), (mayDiffer) =>
    mayDiffer ? searchNow(request, seen, signal) : kept,
  );
}

function queryOf({ search, prefer }: ShownSearch): SearchQuery {
  return { ...search, prefer };
}

function searchNow(request: ShownSearch, { engine, incomplete }: SeenIndex, signal: AbortSignal): Answer<Computed> {
  const isTimed = hasTimes(request.search.query);
  return mapAnswer(engine.search(queryOf(request), signal), (found) => ({
    body: JSON.stringify(request.show(request, found, incomplete)),
    isTimed,
    asTyped: isAsTyped(found) && !isTimed ? { next: found.next } : undefined,
  }));
}

/** Throws the error again unless it is a mistake in the query, asked by a client that would not show it. */
function explain(error: unknown, { headers, url }: FastifyRequest): string {
  if (!(error instanceof QueryError) || !showsRowsAlone(headers['user-agent'])) throw error;
  return JSON.stringify(answerMistake(parametersOf(url).get('q') ?? '', error));
}

/** A checked `/v1/search` request. */
export interface SearchRequest extends AnsweredRequest {
  readonly search: SearchQuery;
}

/** The most rows of one answer. */
export const MAX_ROWS = 1_000;
const ROWS = { fallback: 25, most: MAX_ROWS, code: 'N_INVALID' } as const;

export const QUERY: Parameter<string> = {
  ...textParameter('q', 'the query, in the language of docs/searching.md', {
    maxLength: MAX_CHARACTERS,
    code: 'QUERY_INVALID',
  }),
  // The parser says what is wrong with it, and where.
  read: (parameters) => parameters.get('q') ?? '',
};

const SORT: Parameter<Sort> = {
  name: 'sort',
  description: 'best first, a to z, newest push first; with a minus the other way round',
  schema: { type: 'string', enum: SORTS, default: BEST_FIRST.by },
  errors: ['SORT_INVALID'],
  read(parameters) {
    const sort = parseSort(parameters.get('sort') ?? BEST_FIRST.by);
    if (!sort) throw new ApiError('SORT_INVALID');
    return sort;
  },
};

export const SEARCH_PARAMETERS = {
  q: QUERY,
  n: rowsParameter('rows', ROWS),
  page: PAGE,
  sort: SORT,
  cursor: { ...CURSOR, errors: [...CURSOR.errors, 'CURSOR_AND_PAGE'] },
} as const satisfies Readonly<Record<string, Parameter<unknown>>>;

/** Who asks, and when: times such as `pushed:<7d` count from then. */
export interface Asker {
  readonly visibility: Visibility;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Reads a request's URL. Throws an ApiError or a QueryError for one that is not understood. */
export function parseSearchRequest(url: string, { nowMs, visibility }: Asker): SearchRequest {
  const parameters = parametersOf(url);
  const { q, n, sort: order } = SEARCH_PARAMETERS;
  const text = q.read(parameters);
  const rows = n.read(parameters);
  const page = pageOrCursor(parameters);
  const start = startOf(parameters, page, rows);
  const sort = order.read(parameters);
  const limit = Math.max(rows, 1);
  return { text, page, rows, search: { query: parseQuery(text, nowMs), sort, start, limit, visibility } };
}

/** The number of the page, where it is not given by a cursor. */
function pageOrCursor(parameters: Parameters): number | undefined {
  if (!parameters.has('cursor')) return PAGE.read(parameters);
  if (parameters.has('page')) throw new ApiError('CURSOR_AND_PAGE');
  return undefined;
}

function startOf(parameters: Parameters, page: number | undefined, rows: number): Start {
  if (page === undefined) return { kind: 'cursor', cursor: parameters.get('cursor') ?? '' };
  return { kind: 'offset', offset: (page - 1) * rows };
}
