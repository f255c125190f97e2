import type { QueryError } from '../search/query/query-error.ts';
import { rowOf, type SearchAnswer } from './search-answer.ts';

/** The daemons of docker and podman, as they name themselves. */
const ROWS_ALONE = /^(docker|containers)\//;
/** No repository can have this name. */
const NAME = '(mistake)';

/**
 * Whether a client shows rows and nothing else: docker says only "Unexpected status code 400" of a refusal, and podman
 * lists the catalogue instead, and finds nothing in it.
 */
export function showsRowsAlone(userAgent: string | undefined): boolean {
  return ROWS_ALONE.test(userAgent ?? '');
}

/** Tells a mistake in a query as the one row of an answer that found nothing. */
export function answerMistake(text: string, { message }: QueryError): SearchAnswer {
  const row = rowOf({ name: NAME, description: message });
  return { query: text, num_results: 0, num_pages: 0, page: 1, page_size: 1, results: [row] };
}
