import type { ChartRepository, ChartsQuery } from '../api.ts';
import { STEP } from './cost-model.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import type { VisibilityFilters } from './match/visibility.ts';
import { hasDoc } from './structures/bitset.ts';
import type { Steps } from './structures/scheduler.ts';

export interface ChartsDeps {
  readonly index: InvertedIndex;
  readonly views: VisibilityFilters;
}

/** Charts that may be seen, by name in byte order. Looks at repositories with charts alone, which are few among images. */
export function* listCharts({ index, views }: ChartsDeps, query: ChartsQuery): Steps<ChartRepository[]> {
  const { repositories, charts } = index;
  const view = yield* views.filterOf(query.visibility);
  const beginning = query.namespace === undefined ? '' : `${query.namespace}/`;
  const found: (ChartRepository & { readonly doc: number })[] = [];
  let looked = 0;
  for (const [doc, tags] of charts.entries()) {
    looked += 1;
    if (looked % STEP.numbers === 0) yield;
    if (view && !(hasDoc(view.set, doc) && view.matches(doc))) continue;
    const name = repositories.nameTextOf(doc);
    if (name.startsWith(beginning)) found.push({ doc, name, tags });
  }
  found.sort((a, b) => repositories.compareNames(a.doc, b.doc));
  return found.map(({ name, tags }) => ({ name, tags }));
}
