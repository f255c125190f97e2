import { DEEPEST_HIT, QueryRefused, type SearchPage, type SearchQuery, type Visibility } from '../engine.ts';
import type { Query } from '../query/query.ts';
import { correctQuery } from './correct.ts';
import { decodeCursor, encodeCursor, type Place } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import { evaluate } from './evaluate.ts';
import { totalOf } from './found.ts';
import type { KeptSets } from './kept-sets.ts';
import { type PageRequest, type Placed, pickPage } from './page.ts';
import type { Sets } from './set-pool.ts';
import type { ShortTexts } from './short-texts.ts';
import type { Steps } from './slices.ts';
import type { Standings } from './standings.ts';
import type { Views } from './views.ts';
import type { Writes } from './writes.ts';

export interface SearchDeps {
  readonly index: EngineIndex;
  readonly views: Views;
  readonly writes: Writes;
  readonly shortTexts: ShortTexts;
  readonly keptSets: KeptSets;
  readonly standings: Standings;
  /** See `Question`. */
  readonly few: number;
  /** Sets for one query; whoever asks for them ends them. */
  readonly newSets: () => Sets;
}

/** Finds what is asked for; where that is nothing, what may have been meant. Throws a QueryRefused. */
export function* search(deps: SearchDeps, request: SearchQuery): Steps<SearchPage> {
  const page = pageRequestOf(request);
  const { query, visibility, isWatched = false } = request;
  const fragile = deps.standings.fragile();
  const answer = yield* searchOnce(deps, { query, page, visibility, isWatched });
  if (answer.total > 0) return answer;
  // Other things than what is asked for may bring a correction, or another one.
  const nothing = { ...answer, standing: fragile };
  const view = yield* deps.views.viewOf(visibility);
  const corrected = yield* correctQuery(deps.index, { query, view, newSets: deps.newSets });
  if (!corrected) return nothing;
  const other = yield* searchOnce(deps, { query: corrected, page, visibility, isWatched: false });
  return other.total > 0 ? { ...other, corrected, standing: fragile } : nothing;
}

interface Search {
  readonly query: Query;
  readonly page: PageRequest;
  readonly visibility: Visibility;
  readonly isWatched: boolean;
}

function* searchOnce(deps: SearchDeps, { query, page, visibility, isWatched }: Search): Steps<SearchPage> {
  const { index, standings } = deps;
  const sets = deps.newSets();
  const watch = deps.writes.watch();
  try {
    const view = yield* deps.views.viewOf(visibility);
    const found = yield* evaluate({ ...deps, query, view, sets, watch });
    const total = totalOf(found);
    const placed = pickPage(index, found, { ...page, limit: page.limit + 1, sets });
    const shown = placed.slice(0, page.limit);
    const last = placed.length > page.limit ? placeOf(index, shown.at(-1)) : undefined;
    return {
      total,
      hits: shown.map(({ slot }) => index.repositories.hitOf(slot)),
      next: last && encodeCursor(page.sort, last),
      corrected: undefined,
      standing:
        isWatched && total > 0 ? standings.add({ ...deps, query, view, sort: page.sort, last }) : standings.fragile(),
    };
  } finally {
    watch.end();
    sets.end();
  }
}

function pageRequestOf({ sort, start, limit }: SearchQuery): PageRequest {
  if (start.kind === 'cursor') return { sort, offset: 0, after: decodeCursor(sort, start.cursor), limit };
  if (start.offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  return { sort, offset: start.offset, after: undefined, limit };
}

function placeOf({ repositories }: EngineIndex, placed: Placed | undefined): Place | undefined {
  if (!placed) return undefined;
  const { slot, fit } = placed;
  return { fit, pushedAtMs: repositories.pushedAtOf(slot), name: repositories.nameTextOf(slot) };
}
