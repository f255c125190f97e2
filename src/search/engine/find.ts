import type { PreferredType, Visibility } from '../api.ts';
import type { Query } from '../query/query.ts';
import type { CachedSet } from './cache/cached-set.ts';
import type { ChangeLog } from './cache/change-log.ts';
import type { ResultCache } from './cache/query-cache.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import type { Found } from './match/matcher.ts';
import { type EvaluationRequest, evaluate } from './match/planner.ts';
import type { CachedTexts } from './match/text/cached-texts.ts';
import type { VisibilityFilters } from './match/visibility.ts';
import { countDocs } from './structures/bitset.ts';
import type { Bitsets } from './structures/bitset-pool.ts';
import type { Steps } from './structures/scheduler.ts';

export interface SearchDeps {
  readonly index: InvertedIndex;
  readonly views: VisibilityFilters;
  readonly writes: ChangeLog;
  readonly cachedTexts: CachedTexts;
  readonly cachedTags: ResultCache<CachedSet>;
  /** See `EvaluationRequest`. */
  readonly preferRecheck: EvaluationRequest['preferRecheck'];
  /** Bitsets for one query; the caller ends them. */
  readonly newBitsets: () => Bitsets;
}

export interface FindRequest {
  readonly query: Query;
  readonly visibility: Visibility;
  readonly prefer?: PreferredType | undefined;
}

/** Finds all hits that the caller may see. */
export function* find(
  deps: SearchDeps,
  { query, visibility, prefer }: FindRequest,
  asking: Pick<EvaluationRequest, 'sets' | 'watch' | 'isRanked'>,
): Steps<Found> {
  const view = yield* deps.views.filterOf(visibility);
  return yield* evaluate({ ...deps, ...asking, query, prefer, view });
}

/** How many hits the caller may see. */
export function* countHits(deps: SearchDeps, asked: Omit<FindRequest, 'prefer'>): Steps<number> {
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  try {
    return countDocs((yield* find(deps, asked, { sets, watch, isRanked: false })).all);
  } finally {
    watch.end();
    sets.end();
  }
}
