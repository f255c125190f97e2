import type { Answer, FacetQuery } from '../../search/api.ts';
import { printQuery } from '../../search/query/print.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import type { Facets } from './shapes.ts';

export interface FacetRequest extends Pick<FacetQuery, 'query' | 'nowMs'> {
  /** As it was typed. */
  readonly text: string;
}

/** Counts by which a search may be narrowed. Throws or rejects as `SearchEngine.search` does. */
export function countFacets(
  { engine, visibility }: SeenIndex,
  { text, query, nowMs }: FacetRequest,
  signal: AbortSignal,
): Answer<Facets> {
  return mapAnswer(engine.facets({ query, nowMs, visibility }, signal), ({ interpreted, total, facets }) => ({
    query: text,
    interpreted: printQuery(interpreted),
    total,
    facets: {
      type: [...facets.type],
      os: [...facets.os],
      arch: [...facets.arch],
      namespace: [...facets.namespace],
      label: [...facets.label],
      pushed: [...facets.pushed],
      mark: [...facets.mark],
    },
  }));
}
