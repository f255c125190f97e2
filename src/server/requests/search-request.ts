import type { SearchQuery, Start, Visibility } from '../../search/api.ts';
import { parseQuery } from '../../search/query/parse.ts';
import { BEST_FIRST, parseSort } from '../../search/query/sort.ts';
import { ApiError } from '../errors/api-error.ts';
import { type Parameters, pageOf, parametersOf, rowsOf } from './parameters.ts';

/** A checked `/v1/search` request. */
export interface SearchRequest {
  /** As it was typed. */
  readonly text: string;
  /** Counted from 1; undefined when the page is given by a cursor. */
  readonly page: number | undefined;
  /** How many rows an answer has at most; with 0 it only counts. */
  readonly rows: number;
  readonly search: SearchQuery;
}

/** The most rows of one answer. */
export const MAX_ROWS = 1_000;
const ROWS = { fallback: 25, most: MAX_ROWS, code: 'N_INVALID' } as const;

/** Who asks, and when: times such as `pushed:<7d` count from then. */
export interface Asker {
  readonly visibility: Visibility;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Reads a request's URL. Throws an ApiError or a QueryError for whatever cannot be meant. */
export function parseSearchRequest(url: string, { nowMs, visibility }: Asker): SearchRequest {
  const parameters = parametersOf(url);
  const text = parameters.get('q') ?? '';
  const rows = rowsOf(parameters, ROWS);
  const page = pageOrCursor(parameters);
  const start = startOf(parameters, page, rows);
  const sort = parseSort(parameters.get('sort') ?? BEST_FIRST.by);
  if (!sort) throw new ApiError('SORT_INVALID');
  const limit = Math.max(rows, 1);
  return { text, page, rows, search: { query: parseQuery(text, nowMs), sort, start, limit, visibility } };
}

/** The number of the page, where it is not given by a cursor. */
function pageOrCursor(parameters: Parameters): number | undefined {
  if (!parameters.has('cursor')) return pageOf(parameters);
  if (parameters.has('page')) throw new ApiError('CURSOR_AND_PAGE');
  return undefined;
}

function startOf(parameters: Parameters, page: number | undefined, rows: number): Start {
  if (page === undefined) return { kind: 'cursor', cursor: parameters.get('cursor') ?? '' };
  return { kind: 'offset', offset: (page - 1) * rows };
}
