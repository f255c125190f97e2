import type { Hit, SearchPage } from '../../search/api.ts';
import { printHint, type Relaxation } from '../../search/query/hint.ts';
import type { QueryError } from '../../search/query/mistake.ts';
import { printQuery } from '../../search/query/print.ts';

/** What an answer repeats of its request. */
export interface AnsweredRequest {
  /** As it was typed. */
  readonly text: string;
  /** Counted from 1; undefined when the page is given by a cursor. */
  readonly page: number | undefined;
  /** How many rows an answer has at most; with 0 it only counts. */
  readonly rows: number;
}

/** One row as docker reads it. */
interface Row {
  readonly name: string;
  readonly description: string;
  readonly star_count: 0;
  readonly is_official: false;
  readonly is_automated: false;
  readonly is_trusted: false;
}

/** What docker reads of an answer, in the order in which registries have always written it; then what is ours. */
export interface SearchAnswer {
  readonly query: string;
  /** Of all pages. */
  readonly num_results: number;
  readonly num_pages: number;
  /** Undefined in an answer to a cursor. */
  readonly page?: number | undefined;
  readonly page_size: number;
  readonly results: readonly Row[];
  /** The cursor of the next page; undefined on the last. */
  readonly next?: string | undefined;
  /** The query as it was understood, in the same language. */
  readonly interpreted: string;
  /** `interpreted`, where nothing matches what was asked and words were spelled otherwise. */
  readonly corrected?: string | undefined;
  /** How `interpreted` differs from what was asked; empty where it does not. */
  readonly relaxed: readonly Relaxation[];
  /** What a person should know of the answer, as sentences; at least one where nothing was found. */
  readonly hints: readonly string[];
  /** True while the first backfill runs: some repositories are not indexed yet. */
  readonly incomplete?: true | undefined;
}

/** What was found, without the fields that do not apply. */
export function answerOf(request: AnsweredRequest, found: SearchPage, incomplete: boolean): SearchAnswer {
  const { text, page, rows } = request;
  return {
    query: text,
    num_results: found.total,
    num_pages: rows === 0 ? 0 : Math.ceil(found.total / rows),
    page,
    page_size: rows,
    results: found.hits.slice(0, rows).map(rowOf),
    next: rows === 0 ? undefined : found.next,
    interpreted: printQuery(found.interpreted),
    corrected: found.corrected && printQuery(found.corrected),
    relaxed: found.relaxed,
    hints: hintsOf(found, incomplete),
    incomplete: incomplete || undefined,
  };
}

const NOTHING_YET = 'there is nothing yet that you may see: the index is being filled, or you need to log in';
const NOT_ALL_YET = 'the index is being filled: what is not found may come yet';

/** Nothing is called missing or empty that may only not be indexed yet. */
export function hintsOf({ hints, total }: SearchPage, incomplete: boolean): string[] {
  if (!incomplete || total > 0) return hints.map(printHint);
  if (hints.some(({ kind }) => kind === 'nothingVisible')) return [NOTHING_YET];
  return [NOT_ALL_YET, ...hints.map(printHint)];
}

/** Stars and the rest are Docker Hub's; a private registry has none of them. */
function rowOf({ name, description }: Hit): Row {
  return { name, description, star_count: 0, is_official: false, is_automated: false, is_trusted: false };
}

/** The user agents of docker's and podman's daemons begin so. */
const ROWS_ALONE = /^(docker|containers)\//;
/** Names that no repository can have. */
const MISTAKE = '(mistake)';
const HINT = '(hint)';

/**
 * Whether a client shows rows and nothing else: docker says only "Unexpected status code 400" of a refusal, and podman
 * lists the catalogue instead, and finds nothing in it.
 */
export function showsRowsAlone(userAgent: string | undefined): boolean {
  return ROWS_ALONE.test(userAgent ?? '');
}

/** A mistake in a query as the one row of an answer without hits. */
export function answerMistake(text: string, { message }: QueryError): SearchAnswer {
  const row = rowOf({ name: MISTAKE, description: message });
  const found = { query: text, num_results: 0, num_pages: 0, page: 1, page_size: 1, results: [row] };
  return { ...found, interpreted: text, relaxed: [], hints: [message] };
}

/** An answer for a client that shows rows and nothing else: where nothing was found, the hints are its rows. */
export function answerRows(request: AnsweredRequest, found: SearchPage, incomplete: boolean): SearchAnswer {
  const answer = answerOf(request, found, incomplete);
  if (answer.num_results > 0) return answer;
  const rows = answer.hints.map((hint) => rowOf({ name: HINT, description: hint }));
  return { ...answer, results: rows.slice(0, answer.page_size) };
}
