import { DEEPEST_HIT, QueryRefused, type SearchPage, type SearchQuery } from '../engine.ts';
import { hasTextsAlone } from '../query/query.ts';
import { correctQuery } from './correct.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import { evaluate, type Question } from './evaluate.ts';
import { totalOf } from './found.ts';
import type { FoundPage, StandingPage } from './kept-page.ts';
import type { KeptPages, PageKey } from './kept-pages.ts';
import type { KeptSets } from './kept-sets.ts';
import type { KeptTexts } from './kept-texts.ts';
import { type PageRequest, pickPage } from './page.ts';
import { placeOf } from './placing.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { bothStand, type Standings } from './standings.ts';
import type { View, Views } from './views.ts';
import type { Writes } from './writes.ts';

export interface SearchDeps {
  readonly index: EngineIndex;
  readonly views: Views;
  readonly writes: Writes;
  readonly keptTexts: KeptTexts;
  readonly keptSets: KeptSets;
  readonly keptPages: KeptPages;
  readonly standings: Standings;
  /** See `Question`. */
  readonly isFew: Question['isFew'];
  /** Sets for one query; whoever asks for them ends them. */
  readonly newSets: () => Sets;
}

/** Finds what is asked for; where that is nothing, what may have been meant. Throws a QueryRefused. */
export function* search(deps: SearchDeps, request: SearchQuery): Steps<SearchPage> {
  const { query, visibility, isWatched = false } = request;
  const asked: Search = { query, page: pageRequestOf(request), visibility, isWatched };
  const { index, standings, newSets } = deps;
  // Other texts than what is asked for may bring a correction, or another one.
  const ofNothing = hasTextsAlone(query) ? standings.untilNewTexts() : standings.untilWrite();
  const answer = yield* searchOnce(deps, asked);
  if (answer.total > 0) return answer;
  const nothing = { ...answer, standing: ofNothing };
  const view = yield* deps.views.viewOf(visibility);
  const corrected = yield* correctQuery(index, { query, view, newSets });
  if (!corrected) return nothing;
  const other = yield* searchOnce(deps, { ...asked, query: corrected });
  return other.total > 0 ? { ...other, corrected, standing: bothStand(other.standing, ofNothing) } : nothing;
}

interface Search extends PageKey {
  readonly isWatched: boolean;
}

function* searchOnce(deps: SearchDeps, { isWatched, ...key }: Search): Steps<SearchPage> {
  const { index, keptPages, standings } = deps;
  const kept = isWatched ? keptPages.get(key) : undefined;
  if (kept) return showPage(index, key.page, kept);
  const { found, view } = yield* findPage(deps, key);
  const page =
    isWatched && found.total > 0
      ? keptPages.keep(key, { ...deps, ...key, view: view && { sees: view.sees } }, found)
      : undefined;
  return showPage(index, key.page, page ?? { found, standing: standings.untilWrite() });
}

interface PageInView {
  readonly found: FoundPage;
  readonly view: View | undefined;
}

function* findPage(deps: SearchDeps, { query, page, visibility }: PageKey): Steps<PageInView> {
  const sets = deps.newSets();
  const watch = deps.writes.watch();
  try {
    const view = yield* deps.views.viewOf(visibility);
    const found = yield* evaluate({ ...deps, query, view, sets, watch });
    const total = totalOf(found);
    const placed = pickPage(deps.index, found, { ...page, limit: page.limit + 1, total, sets });
    const isLast = placed.length <= page.limit;
    return { found: { total, placed: placed.slice(0, page.limit), isLast }, view };
  } finally {
    watch.end();
    sets.end();
  }
}

function showPage({ repositories }: EngineIndex, { sort }: PageRequest, { found, standing }: StandingPage): SearchPage {
  const { total, placed, isLast } = found;
  const last = isLast ? undefined : placed.at(-1);
  return {
    total,
    hits: placed.map(({ slot }) => repositories.hitOf(slot)),
    next: last && encodeCursor(sort, placeOf(repositories, last)),
    corrected: undefined,
    standing,
  };
}

function pageRequestOf({ sort, start, limit }: SearchQuery): PageRequest {
  if (start.kind === 'cursor') return { sort, offset: 0, after: decodeCursor(sort, start.cursor), limit };
  if (start.offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  return { sort, offset: start.offset, after: undefined, limit };
}
