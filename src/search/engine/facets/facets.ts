import type { FacetCount, FacetKind, FacetPage, FacetQuery } from '../../api.ts';
import { QueryError } from '../../query/mistake.ts';
import { parseQuery } from '../../query/parse.ts';
import { printQuery } from '../../query/print.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { Watch } from '../cache/change-log.ts';
import { STEP } from '../cost-model.ts';
import { type FindRequest, find, type SearchDeps } from '../find.ts';
import { createConditionMatcher, type Matching } from '../match/conditions.ts';
import { search } from '../search.ts';
import { type Bitset, clearBitset, countCommon, countDocs, deleteDoc } from '../structures/bitset.ts';
import type { Bitsets } from '../structures/bitset-pool.ts';
import { decode } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';
import { type FacetValue, facetValue, facetValuesOf, mostCounted } from './facet-values.ts';
import type { Namespaces } from './namespaces.ts';

export interface FacetDeps extends SearchDeps {
  readonly namespaces: Namespaces;
}

/** The most values of one facet that an answer lists: those that most hits have. */
const MAX_VALUES = 50;

/** Counts by what all hits of a query, as search understands it, may be narrowed. */
export function* countFacets(deps: FacetDeps, { query, nowMs, visibility }: FacetQuery): Steps<FacetPage> {
  const first = { kind: 'offset', offset: 0 } as const;
  const page = yield* search(deps, { query, sort: { by: 'name', reverse: false }, start: first, limit: 1, visibility });
  const { interpreted } = page;
  const counting = { interpreted, nowMs, visibility };
  const counted = page.total === 0 ? { total: 0, facets: NO_FACETS } : yield* facetsOfHits(deps, counting);
  return { interpreted, ...counted };
}

const NO_FACETS: FacetPage['facets'] = { type: [], os: [], arch: [], namespace: [], label: [], pushed: [], mark: [] };

interface Counting extends Pick<FindRequest, 'visibility'> {
  readonly interpreted: Query;
  readonly nowMs: number;
}

function* facetsOfHits(deps: FacetDeps, counting: Counting): Steps<Pick<FacetPage, 'total' | 'facets'>> {
  const { interpreted: query, visibility } = counting;
  const sets = deps.newBitsets();
  const watch = deps.writes.watch();
  try {
    const { all } = yield* find(deps, { query, visibility }, { sets, watch, isRanked: false });
    const hits: Hits = { all, watch, sets };
    const total = countDocs(all);
    const counts: Counted[] = [
      ...(yield* countFacetValues(deps, counting, hits)),
      ...(yield* countNamespaces(deps, query, hits)),
      ...(yield* countLabelKeys(deps, hits)),
    ];
    return { total, facets: byKind(counts) };
  } finally {
    watch.end();
    sets.end();
  }
}

interface Hits {
  readonly all: Bitset;
  readonly watch: Watch;
  readonly sets: Bitsets;
}

/** What has been written is counted no more: it may be another repository by now, which the caller may not see. */
function withoutWritten({ all, watch }: Hits): Bitset {
  for (const doc of watch.docs) deleteDoc(all, doc);
  return all;
}

interface Counted extends FacetValue {
  readonly count: number;
}

function* countFacetValues(deps: FacetDeps, counting: Counting, hits: Hits): Steps<Counted[]> {
  const matching = { ...deps, sets: hits.sets };
  const printed = printQuery(counting.interpreted);
  const counts: Counted[] = [];
  const holders = hits.sets.take();
  for (const one of facetValuesOf(deps.index, hits.all, MAX_VALUES)) {
    const conditions = addedBy(one, printed, counting.nowMs);
    if (conditions.length !== 1 || !conditions[0]) continue;
    yield* collectHolders(matching, conditions[0], hits.all, holders);
    counts.push({ ...one, count: countCommon(holders, withoutWritten(hits)) });
    clearBitset(holders);
  }
  return counts;
}

function* collectHolders(matching: Matching, condition: Condition, within: Bitset, target: Bitset): Steps<void> {
  yield* createConditionMatcher(matching, condition).collect(target, within);
}

/**
 * What a filter asks for besides when it is added to a query. What a query asks of tags holds for one and the same tag,
 * so that there the filter changes a condition. None where the query has no room for it.
 */
function addedBy({ filter }: FacetValue, printed: string, nowMs: number): readonly Condition[] {
  try {
    const alone = parseQuery(filter, nowMs).all;
    if (!alone.some(isOfTags)) return alone;
    return parseQuery(`${printed} ${filter}`, nowMs).all.filter(isOfTags);
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}

function isOfTags({ kind }: Condition): boolean {
  return kind === 'tag';
}

function* countNamespaces({ namespaces }: FacetDeps, query: Query, hits: Hits): Steps<Counted[]> {
  const counts = yield* namespaces.countBelow(namespaceOf(query), () => withoutWritten(hits));
  return mostCounted(counts, MAX_VALUES).map(([namespace, count]) => ({
    ...facetValue('namespace', namespace, { kind: 'namespace', namespace }),
    count,
  }));
}

/** The deepest that the query asks for; hits are counted by what is below it. */
function namespaceOf({ all }: Query): string | undefined {
  const asked = all.flatMap((one) => (one.kind === 'namespace' && !one.namespace.includes('*') ? [one.namespace] : []));
  return asked.toSorted((a, b) => b.length - a.length)[0];
}

function* countLabelKeys({ index: { labelKeys } }: FacetDeps, hits: Hits): Steps<Counted[]> {
  const { names, lists } = labelKeys;
  const counts = new Map<string, number>();
  let work = 0;
  for (let id = 0; id < names.end(); id += 1) {
    const count = lists.countIn(id, withoutWritten(hits));
    if (count > 0) counts.set(decode(names.at(id)), count);
    work += lists.count(id) + 1;
    if (work < STEP.postings) continue;
    work = 0;
    yield;
  }
  return mostCounted(counts, MAX_VALUES).map(([key, count]) => ({
    ...facetValue('label', key, { kind: 'label', key, value: undefined }),
    count,
  }));
}

function byKind(counts: readonly Counted[]): FacetPage['facets'] {
  const of = (kind: FacetKind): FacetCount[] =>
    counts
      .filter((one) => one.kind === kind && one.count > 0)
      .map(({ value, filter, count }) => ({ value, filter, count }));
  const sorted = (kind: FacetKind) => of(kind).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    type: sorted('type'),
    os: sorted('os'),
    arch: sorted('arch'),
    namespace: of('namespace'),
    label: of('label'),
    pushed: of('pushed'),
    mark: sorted('mark'),
  };
}
