import { DEEPEST_HIT, QueryRefused, type SearchPage, type SearchQuery } from '../api.ts';
import type { Hint, Relaxation } from '../query/hint.ts';
import type { Condition, Query } from '../query/query.ts';
import { TOOLS } from '../query/reference/command-line.ts';
import { showHit } from './describe/details.ts';
import { countHits, type FindRequest, find, type SearchDeps } from './find.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import { readAsReference } from './interpret/as-reference.ts';
import { explain } from './interpret/explain.ts';
import { firstMeaning, interpret } from './interpret/interpret.ts';
import type { Interpreted, Interpreting } from './interpret/interpretation.ts';
import { createHolders, type Holders, type Share, sharesOf } from './match/holders.ts';
import { type PageRequest, pickPage } from './rank/page.ts';
import { decodePlace, encodePlace } from './rank/place.ts';
import { type Placed, placeOf } from './rank/sort-order.ts';
import { widen } from './spelling/widen.ts';
import { type Bitset, countDocs } from './structures/bitset.ts';
import { finish, type Steps } from './structures/scheduler.ts';

/** Finds what is asked for; where that is nothing, what may have been meant, or why. Throws a QueryRefused. */
export function* search(deps: SearchDeps, request: SearchQuery): Steps<SearchPage> {
  const { query, visibility, prefer } = request;
  const asked: PagedSearch = { query, page: pageRequestOf(request), visibility, prefer, show: request.show };
  const pointed = mayHoldReference(query) ? yield* searchPointed(deps, asked) : undefined;
  if (pointed) return pointed;
  const page = yield* searchOnce(deps, asked);
  return page.total > 0 ? yield* searchWider(deps, asked, page) : yield* searchOtherwise(deps, asked, page);
}

/** Adds what a word may mean besides, where no name has it; all that was found stays. */
function* searchWider(deps: SearchDeps, asked: PagedSearch, found: FoundHits): Steps<SearchPage> {
  const watch = deps.writes.watch();
  try {
    const view = yield* deps.views.filterOf(asked.visibility);
    const { query, relaxed } = yield* widen({ index: deps.index, view }, asked.query);
    if (relaxed.length > 0) {
      const page = yield* searchOnce(deps, { ...asked, query });
      return { ...page, interpreted: query, corrected: undefined, relaxed, hints: [] };
    }
    // Docs may have been written since the page was found.
    return showAsTyped(asked.query, watch.docs.size > 0 ? yield* searchOnce(deps, asked) : found);
  } finally {
    watch.end();
  }
}

/** Whether there is a word that may be a reference, or the first is that of a command. */
export function mayHoldReference({ all }: Query): boolean {
  const [first] = all;
  if (first?.kind === 'text' && all.length > 2 && TOOLS.has(first.text)) return true;
  return all.some((condition) => condition.kind === 'text' && condition.typed !== undefined);
}

/**
 * A reference with a tag or a digest means the repository that has its name and its tag, even if texts of others name
 * it in just the same way, as labels of base images do.
 */
function* searchPointed(deps: SearchDeps, asked: PagedSearch): Steps<SearchPage | undefined> {
  const meanings = readAsReference(asked.query)?.pointed ?? [];
  const found = yield* firstMeaning(meanings, (query) => tryOnce(deps, { ...asked, query }));
  if (!found) return undefined;
  const watch = deps.writes.watch();
  try {
    const total = yield* countHits(deps, asked);
    const isStale = watch.docs.size > 0;
    const page = isStale ? yield* tryOnce(deps, { ...asked, query: found.query }) : found.page;
    return page && showPointed({ ...found, page }, total);
  } finally {
    watch.end();
  }
}

/** `total` is how many repositories hold the reference as it was typed. */
function showPointed(found: Interpreted<FoundHits>, total: number): SearchPage {
  const page = showInterpreted(found);
  const [how] = found.relaxed;
  if (total === 0 || how?.kind !== 'reference') return page;
  return { ...page, hints: [...page.hints, { kind: 'mentioned', typed: how.typed, total }] };
}

/** Answers a query that finds nothing as it was typed. */
function* searchOtherwise(deps: SearchDeps, asked: PagedSearch, nothing: FoundHits): Steps<SearchPage> {
  const { query, visibility } = asked;
  const view = yield* deps.views.filterOf(visibility);
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  const holders = createHolders({ ...deps, view, sets, watch });
  const interpreting: Interpreting = {
    query,
    index: deps.index,
    view,
    newBitsets: deps.newBitsets,
    count: (other) => countHits(deps, { ...asked, query: other }),
    isKnown: holders.isKnown,
    countEach: (rest, conditions) => countShares(deps, { ...asked, query: rest, conditions, holders }),
  };
  try {
    const found = yield* interpret(interpreting, (other) => tryOnce(deps, { ...asked, query: other }));
    if (found) return showInterpreted(found);
    const hints = yield* explain(interpreting);
    const hasChanged = watch.docs.size > 0;
    return showAsTyped(query, hasChanged ? yield* searchOnce(deps, asked) : nothing, hints);
  } finally {
    watch.end();
    sets.end();
  }
}

function showAsTyped(query: Query, page: FoundHits, hints: readonly Hint[] = []): SearchPage {
  return { ...page, interpreted: query, corrected: undefined, relaxed: [], hints: page.total > 0 ? [] : hints };
}

const SPELLING: ReadonlySet<Relaxation['kind']> = new Set<Relaxation['kind']>([
  'separators',
  'marks',
  'inflection',
  'abbreviation',
  'typo',
]);

function showInterpreted({ page, query, relaxed }: Interpreted<FoundHits>): SearchPage {
  const isCorrected = relaxed.some(({ kind }) => SPELLING.has(kind));
  const hints = relaxed.map((how) => ({ kind: 'relaxed', how }) as const);
  return { ...page, interpreted: query, corrected: isCorrected ? query : undefined, relaxed, hints };
}

interface PagedSearch extends FindRequest, Pick<SearchQuery, 'show'> {
  readonly page: PageRequest;
}

type FoundHits = Pick<SearchPage, 'total' | 'hits' | 'next'>;

function* searchOnce(deps: SearchDeps, asked: PagedSearch): Steps<FoundHits> {
  const { page } = asked;
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  try {
    const found = yield* find(deps, asked, { sets, watch, isRanked: page.sort.by === 'relevance' });
    const pick = () =>
      pickPage(deps.index, found, { ...page, limit: page.limit + 1, total: countDocs(found.all), sets });
    let placed = yield* pick();
    if (watch.docs.size > 0) {
      yield* found.recheck();
      // Without a turn for others: writes that go on and on would have it picked again each time.
      placed = finish(pick());
    }
    return showPage(deps.index, { placed, total: countDocs(found.all), page, show: asked.show });
  } finally {
    watch.end();
    sets.end();
  }
}

function* tryOnce(deps: SearchDeps, asked: PagedSearch): Steps<FoundHits | undefined> {
  const page = yield* searchOnce(deps, asked);
  return page.total > 0 ? page : undefined;
}

interface CountedShares extends Omit<FindRequest, 'prefer'> {
  readonly conditions: readonly Condition[];
  readonly holders: Holders;
}

function* countShares(deps: SearchDeps, { conditions, holders, ...asked }: CountedShares): Steps<readonly Share[]> {
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  try {
    const having: Bitset[] = [];
    for (const condition of conditions) having.push(yield* holders.of(condition));
    const { all } = yield* find(deps, asked, { sets, watch, isRanked: false });
    return sharesOf(having, all, sets);
  } finally {
    watch.end();
    sets.end();
  }
}

interface FoundPage extends Pick<SearchQuery, 'show'> {
  readonly total: number;
  /** One more than the page has room for, where there are more. */
  readonly placed: readonly Placed[];
  readonly page: PageRequest;
}

function showPage(index: InvertedIndex, { total, placed, page, show }: FoundPage): FoundHits {
  const shown = placed.slice(0, page.limit);
  const last = placed.length > page.limit ? shown.at(-1) : undefined;
  return {
    total,
    hits: shown.map(({ doc }) => showHit(index, doc, show)),
    next: last && encodePlace(page.sort, placeOf(index.repositories, last, page.sort)),
  };
}

function pageRequestOf({ sort, start, limit }: SearchQuery): PageRequest {
  if (start.kind === 'cursor') return { sort, offset: 0, after: decodePlace(sort, start.cursor), limit };
  if (start.offset + limit > DEEPEST_HIT) throw new QueryRefused('OFFSET_TOO_DEEP');
  return { sort, offset: start.offset, after: undefined, limit };
}
