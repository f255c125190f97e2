import { DEEPEST_HIT, QueryRefused, type SearchPage, type SearchQuery } from '../engine.ts';
import type { Query } from '../query/query.ts';
import { correctQuery } from './correct.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import { evaluate } from './evaluate.ts';
import type { KeptSets } from './kept-sets.ts';
import { type PageRequest, type Placed, pickPage } from './page.ts';
import type { Sets } from './set-pool.ts';
import type { ShortTexts } from './short-texts.ts';
import type { Steps } from './slices.ts';
import { countSet } from './slot-set.ts';
import type { View, Views } from './views.ts';
import type { Writes } from './writes.ts';

export interface SearchDeps {
  readonly index: EngineIndex;
  readonly views: Views;
  readonly writes: Writes;
  readonly shortTexts: ShortTexts;
  readonly keptSets: KeptSets;
  /** Sets for one query; whoever asks for them ends them. */
  readonly newSets: () => Sets;
}

/** Finds what is asked for; where that is nothing, what may have been meant. Throws a QueryRefused. */
export function* search(deps: SearchDeps, request: SearchQuery): Steps<SearchPage> {
  const page = pageRequestOf(request);
  const view = yield* deps.views.viewOf(request.visibility);
  const answer = yield* searchOnce(deps, { query: request.query, page, view });
  if (answer.total > 0) return answer;
  const corrected = yield* correct(deps, request.query, view);
  if (!corrected) return answer;
  const other = yield* searchOnce(deps, { query: corrected, page, view });
  return other.total > 0 ? { ...other, corrected } : answer;
}

interface Search {
  readonly query: Query;
  readonly page: PageRequest;
  readonly view: View | undefined;
}

function* searchOnce(deps: SearchDeps, { query, page, view }: Search): Steps<SearchPage> {
  const { index, shortTexts, keptSets } = deps;
  const sets = deps.newSets();
  const watch = deps.writes.watch();
  try {
    const found = yield* evaluate({ index, query, view, sets, shortTexts, keptSets, watch });
    const total = countSet(found.all);
    const placed = pickPage(index, found, { ...page, limit: page.limit + 1, sets });
    const shown = placed.slice(0, page.limit);
    const next = placed.length > page.limit ? cursorOf(index, page, shown.at(-1)) : undefined;
    return { total, hits: shown.map(({ slot }) => index.repositories.hitOf(slot)), next, corrected: undefined };
  } finally {
    watch.end();
    sets.end();
  }
}

function* correct({ index, newSets }: SearchDeps, query: Query, view: View | undefined): Steps<Query | undefined> {
  const sets = newSets();
  try {
    return yield* correctQuery(index, { query, view, sets });
  } finally {
    sets.end();
  }
}

function pageRequestOf({ sort, start, limit }: SearchQuery): PageRequest {
  if (start.kind === 'cursor') return { sort, offset: 0, after: decodeCursor(sort, start.cursor), limit };
  if (start.offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  return { sort, offset: start.offset, after: undefined, limit };
}

function cursorOf({ repositories }: EngineIndex, { sort }: PageRequest, last: Placed | undefined): string | undefined {
  if (!last) return undefined;
  const { slot, fit } = last;
  const place = { fit, pushedAtMs: repositories.pushedAtOf(slot), name: repositories.nameTextOf(slot) };
  return encodeCursor(sort, place);
}
