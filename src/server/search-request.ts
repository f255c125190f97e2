import { ApiError } from './errors.ts';
import { positive, queryOf } from './query.ts';

/** A checked `/v1/search` request. */
export interface SearchRequest {
  readonly term: string;
  /** 1 to 100. */
  readonly rows: number;
  readonly page: number;
}

const DEFAULT_ROWS = 25;
const MAX_ROWS = 100;
const MAX_TERM_BYTES = 256;
/** Deep pages cost as much as all pages before them. */
const DEEPEST_ROW = 10_000;

/** Reads a request's URL; the term is taken literally. Throws an ApiError for whatever cannot be meant. */
export function parseSearchRequest(url: string): SearchRequest {
  const query = queryOf(url);
  const term = query.get('q') ?? '';
  if (Buffer.byteLength(term) > MAX_TERM_BYTES) throw new ApiError('QUERY_TOO_LONG');
  const rows = Math.min(positive(query.get('n'), DEFAULT_ROWS, 'N_INVALID'), MAX_ROWS);
  const page = positive(query.get('page'), 1, 'PAGE_INVALID');
  if (page * rows > DEEPEST_ROW) throw new ApiError('PAGE_TOO_DEEP');
  return { term, rows, page };
}
