import type { Answer, SearchEngine, SearchPage, SearchQuery, Visibility } from '../../../src/search/api.ts';
import type { CachingPolicy } from '../../../src/search/engine/cost-model.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { fold } from '../../../src/search/fold.ts';
import type { Condition } from '../../../src/search/query/query.ts';

/** Everybody sees everything. */
export const ALL: Visibility = [{ names: undefined, showPrivate: true }];

/** The first page of those that hold one text, of everything when it is empty; unless a test says otherwise. */
export function textQuery(text: string, fields: Partial<SearchQuery> = {}): SearchQuery {
  const all: Condition[] = text === '' ? [] : [{ kind: 'text', text: fold(text) }];
  return {
    query: { all, none: [] },
    sort: { by: 'relevance', reverse: false },
    start: { kind: 'offset', offset: 0 },
    limit: 100,
    visibility: ALL,
    ...fields,
  };
}

/** Every text is kept, each for a while, or those alone that take long to find. */
export const CACHE_ALL: CachingPolicy = { maxResults: 400, fewLists: 0, docsPerList: Number.POSITIVE_INFINITY };
export const CACHE_SHORTLY: CachingPolicy = { ...CACHE_ALL, maxResults: 1 };
export const CACHE_DEAR: CachingPolicy = { maxResults: 400, fewLists: 100, docsPerList: 1_000 };

/**
 * An engine that answers at once however long it takes, so that a loaded machine makes no difference. It looks at
 * repositories one by one where they are no more than `few`, and keeps texts as it is told.
 */
export function createPromptEngine({ few = 128, caching = CACHE_DEAR } = {}): SearchEngine {
  return createSearchEngine({
    sliceMs: Number.POSITIVE_INFINITY,
    preferRecheck: (docs) => docs <= few,
    caching,
  });
}

/** What such an engine answers. */
export function atOnce<T extends object>(answer: Answer<T>): T {
  if (answer instanceof Promise) throw new Error('the answer was to be waited for');
  return answer;
}

export function namesOf({ hits }: SearchPage): string[] {
  return hits.map(({ name }) => name);
}
