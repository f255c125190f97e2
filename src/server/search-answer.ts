import type { Hit, SearchPage } from '../search/api.ts';
import { printQuery } from '../search/query/print.ts';
import type { SearchRequest } from './search-request.ts';

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
  /** Not there in an answer to a cursor. */
  readonly page?: number | undefined;
  readonly page_size: number;
  readonly results: readonly Row[];
  /** The cursor of the next page, where there is one. */
  readonly next?: string | undefined;
  /** The query that was answered instead, where nothing matches the one that was asked. */
  readonly corrected?: string | undefined;
  /** There while the first backfill runs: what is found is right, but not everything is found. */
  readonly incomplete?: true | undefined;
}

/** What was found, without the fields that do not apply. */
export function answerOf(request: SearchRequest, found: SearchPage, incomplete: boolean): SearchAnswer {
  const { limit } = request.search;
  return {
    query: request.text,
    num_results: found.total,
    num_pages: Math.ceil(found.total / limit),
    page: request.page,
    page_size: limit,
    results: found.hits.map(rowOf),
    next: found.next,
    corrected: found.corrected && printQuery(found.corrected),
    incomplete: incomplete || undefined,
  };
}

/** Stars, officialness and automation are Docker Hub's; a private registry has none of them. */
export function rowOf({ name, description }: Hit): Row {
  return { name, description, star_count: 0, is_official: false, is_automated: false, is_trusted: false };
}
