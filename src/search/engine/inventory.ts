import type { CatalogPage, CatalogQuery, ChartRepository, ChartsQuery, EngineSize, Visibility } from '../api.ts';
import { STEP } from './cost-model.ts';
import type { Counts } from './index/counts.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import { maySee, type VisibilityFilter, type VisibilityFilters } from './match/visibility.ts';
import { hasDoc } from './structures/bitset.ts';
import { compare, encode, sliceOf } from './structures/bytes.ts';
import type { Steps } from './structures/scheduler.ts';
import { visitNames } from './structures/sorted-list.ts';

/** What all that may be seen is listed and counted from. */
export interface InventoryDeps {
  readonly index: InvertedIndex;
  readonly views: VisibilityFilters;
}

/** Names in byte order, as registries list them. */
export function* listNames({ index, views }: InventoryDeps, query: CatalogQuery): Steps<CatalogPage> {
  const { repositories, byName } = index;
  const view = yield* views.filterOf(query.visibility);
  const last = sliceOf(encode(query.last ?? ''));
  const names: string[] = [];
  yield* visitNames({ order: byName, nameOf: repositories.nameOf, from: last }, (doc) => {
    if (maySee(view, doc) && compare(repositories.nameOf(doc), last) !== 0) names.push(repositories.nameTextOf(doc));
    return names.length <= query.limit;
  });
  return { names: names.slice(0, query.limit), more: names.length > query.limit };
}

/**
 * Charts that may be seen, by name in byte order. Looks at repositories with charts alone, which are few among images.
 */
export function* listCharts({ index, views }: InventoryDeps, query: ChartsQuery): Steps<ChartRepository[]> {
  const { repositories, charts } = index;
  const view = yield* views.filterOf(query.visibility);
  const beginning = query.namespace === undefined ? '' : `${query.namespace}/`;
  const found: (ChartRepository & { readonly doc: number })[] = [];
  let looked = 0;
  for (const [doc, tags] of charts.entries()) {
    looked += 1;
    if (looked % STEP.numbers === 0) yield;
    if (!maySee(view, doc)) continue;
    const name = repositories.nameTextOf(doc);
    if (name.startsWith(beginning)) found.push({ doc, name, tags });
  }
  found.sort((a, b) => repositories.compareNames(a.doc, b.doc));
  return found.map(({ name, tags }) => ({ name, tags }));
}

export interface CountDeps extends InventoryDeps {
  readonly counts: Counts;
}

/** How many repositories may be seen, and their tags. What everybody sees is counted already. */
export function* countSeen({ index, views, counts }: CountDeps, visibility: Visibility): Steps<EngineSize> {
  if (isPublic(visibility)) return counts.of({ showPrivate: false });
  const view = yield* views.filterOf(visibility);
  return view ? yield* countIn(index, view) : counts.of({ showPrivate: true });
}

function isPublic(visibility: Visibility): boolean {
  const [grant, ...others] = visibility;
  if (!grant || others.length > 0) return false;
  return grant.names === undefined && (grant.except ?? []).length === 0 && !grant.showPrivate;
}

function* countIn({ repositories, live }: InvertedIndex, view: VisibilityFilter): Steps<EngineSize> {
  const size = { repositories: 0, tags: 0 };
  for (let doc = 0; doc < repositories.end(); doc += 1) {
    if (doc % STEP.numbers === 0) yield;
    if (!hasDoc(live, doc) || !maySee(view, doc)) continue;
    size.repositories += 1;
    size.tags += repositories.tagCountOf(doc);
  }
  return size;
}
