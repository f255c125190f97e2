import { DEEPEST_HIT, QueryRefused, type SearchPage, type SearchQuery, type Visibility } from '../api.ts';
import type { Query } from '../query/query.ts';
import type { ChangeLog } from './cache/change-log.ts';
import type { CachedSet, ResultCache } from './cache/query-cache.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import { totalOf } from './match/matcher.ts';
import { evaluate, type Question } from './match/planner.ts';
import type { CachedTexts } from './match/text/text-condition.ts';
import type { VisibilityFilters } from './match/visibility.ts';
import { decodeCursor, encodeCursor } from './rank/cursor.ts';
import { type PageRequest, pickPage } from './rank/page.ts';
import { type Placed, placeOf } from './rank/sort-order.ts';
import { correctQuery } from './spelling/correct.ts';
import type { Bitsets } from './structures/bitset-pool.ts';
import type { Steps } from './structures/scheduler.ts';

export interface SearchDeps {
  readonly index: InvertedIndex;
  readonly views: VisibilityFilters;
  readonly writes: ChangeLog;
  readonly cachedTexts: CachedTexts;
  readonly cachedTags: ResultCache<CachedSet>;
  /** See `Question`. */
  readonly preferRecheck: Question['preferRecheck'];
  /** Bitsets for one query; whoever asks for them ends them. */
  readonly newBitsets: () => Bitsets;
}

/** Finds what is asked for; where that is nothing, what may have been meant. Throws a QueryRefused. */
export function* search(deps: SearchDeps, request: SearchQuery): Steps<SearchPage> {
  const { query, visibility } = request;
  const asked: Search = { query, page: pageRequestOf(request), visibility };
  const answer = yield* searchOnce(deps, asked);
  if (answer.total > 0) return answer;
  const view = yield* deps.views.filterOf(visibility);
  const corrected = yield* correctQuery(deps.index, { query, view, newBitsets: deps.newBitsets });
  if (!corrected) return answer;
  const other = yield* searchOnce(deps, { ...asked, query: corrected });
  return other.total > 0 ? { ...other, corrected } : answer;
}

interface Search {
  readonly query: Query;
  readonly page: PageRequest;
  readonly visibility: Visibility;
}

function* searchOnce(deps: SearchDeps, { query, page, visibility }: Search): Steps<SearchPage> {
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  try {
    const view = yield* deps.views.filterOf(visibility);
    const found = yield* evaluate({ ...deps, query, view, sets, watch });
    const total = totalOf(found);
    const placed = pickPage(deps.index, found, { ...page, limit: page.limit + 1, total, sets });
    return showPage(deps.index, { placed, total, page });
  } finally {
    watch.end();
    sets.end();
  }
}

interface FoundPage {
  readonly total: number;
  /** One more than the page has room for, where there are more. */
  readonly placed: readonly Placed[];
  readonly page: PageRequest;
}

function showPage({ repositories }: InvertedIndex, { total, placed, page }: FoundPage): SearchPage {
  const shown = placed.slice(0, page.limit);
  const last = placed.length > page.limit ? shown.at(-1) : undefined;
  return {
    total,
    hits: shown.map(({ doc }) => repositories.hitOf(doc)),
    next: last && encodeCursor(page.sort, placeOf(repositories, last)),
    corrected: undefined,
  };
}

function pageRequestOf({ sort, start, limit }: SearchQuery): PageRequest {
  if (start.kind === 'cursor') return { sort, offset: 0, after: decodeCursor(sort, start.cursor), limit };
  if (start.offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  return { sort, offset: start.offset, after: undefined, limit };
}
