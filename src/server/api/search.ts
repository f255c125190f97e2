import type { Answer, SearchPage } from '../../search/api.ts';
import { printQuery } from '../../search/query/print.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { hintsOf } from '../answers/search-answer.ts';
import type { SearchRequest } from '../routes/search.ts';
import { rowOf } from './rows.ts';
import type { SearchResult } from './shapes.ts';

/** A page of hits with all that the index holds of each. Throws or rejects as `SearchEngine.search` does. */
export function searchRepositories(
  { engine, incomplete }: SeenIndex,
  request: SearchRequest,
  signal: AbortSignal,
): Answer<SearchResult> {
  return mapAnswer(engine.search({ ...request.search, show: { kind: 'details' } }, signal), (found) => ({
    query: request.text,
    interpreted: printQuery(found.interpreted),
    ...(found.corrected && { corrected: printQuery(found.corrected) }),
    relaxed: found.relaxed.map((how) => ({ ...how })),
    hints: hintsOf(found, incomplete),
    ...(incomplete && { incomplete: true as const }),
    total: found.total,
    ...pageOf(request, found),
  }));
}

function pageOf({ rows }: SearchRequest, { hits, next }: SearchPage): Pick<SearchResult, 'results' | 'next'> {
  const results = hits.slice(0, rows).flatMap((hit) => (hit.details ? [rowOf(hit, hit.details)] : []));
  return { results, ...(rows > 0 && next !== undefined && { next }) };
}
