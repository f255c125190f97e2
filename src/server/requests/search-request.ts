import { ANONYMOUS } from '../../search/anonymous.ts';
import type { SearchQuery, Start } from '../../search/api.ts';
import { parseQuery } from '../../search/query/parse.ts';
import { BEST_FIRST, parseSort } from '../../search/query/sort.ts';
import { ApiError } from '../errors/api-error.ts';
import { type Parameters, parametersOf, positive } from './parameters.ts';

/** A checked `/v1/search` request. */
export interface SearchRequest {
  /** As it was typed. */
  readonly text: string;
  /** Counted from 1; undefined when the page is given by a cursor. */
  readonly page: number | undefined;
  readonly search: SearchQuery;
}

const DEFAULT_ROWS = 25;
const MAX_ROWS = 100;

/** Reads a request's URL. Throws an ApiError or a QueryError for whatever cannot be meant. */
export function parseSearchRequest(url: string, nowMs: number): SearchRequest {
  const parameters = parametersOf(url);
  const text = parameters.get('q') ?? '';
  const limit = Math.min(positive(parameters.get('n'), DEFAULT_ROWS, 'N_INVALID'), MAX_ROWS);
  const page = pageOf(parameters);
  const start = startOf(parameters, page, limit);
  const sort = parseSort(parameters.get('sort') ?? BEST_FIRST.by);
  if (!sort) throw new ApiError('SORT_INVALID');
  return { text, page, search: { query: parseQuery(text, nowMs), sort, start, limit, visibility: ANONYMOUS } };
}

function pageOf(parameters: Parameters): number | undefined {
  const page = parameters.get('page');
  if (!parameters.has('cursor')) return positive(page, 1, 'PAGE_INVALID');
  if (page !== undefined) throw new ApiError('CURSOR_AND_PAGE');
  return undefined;
}

function startOf(parameters: Parameters, page: number | undefined, limit: number): Start {
  if (page === undefined) return { kind: 'cursor', cursor: parameters.get('cursor') ?? '' };
  return { kind: 'offset', offset: (page - 1) * limit };
}
