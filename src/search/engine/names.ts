import type { CatalogPage, CatalogQuery, SuggestQuery } from '../api.ts';
import { fold } from '../fold.ts';
import { totalOf } from './match/matcher.ts';
import { evaluate } from './match/planner.ts';
import { TIER } from './rank/match-tier.ts';
import { pickPage } from './rank/page.ts';
import type { SearchDeps } from './search.ts';
import { hasDoc } from './structures/bitset.ts';
import { compare, encode, sliceOf } from './structures/bytes.ts';
import type { Steps } from './structures/scheduler.ts';
import { walkNames } from './structures/sorted-list.ts';

/** Names in byte order, as registries list them. */
export function* listNames({ index, views }: SearchDeps, query: CatalogQuery): Steps<CatalogPage> {
  const { repositories, byName } = index;
  const view = yield* views.filterOf(query.visibility);
  const last = sliceOf(encode(query.last ?? ''));
  const names: string[] = [];
  yield* walkNames({ order: byName, nameOf: repositories.nameOf, from: last }, (doc) => {
    const isShown = view === undefined || (hasDoc(view.set, doc) && view.matches(doc));
    if (isShown && compare(repositories.nameOf(doc), last) !== 0) names.push(repositories.nameTextOf(doc));
    return names.length <= query.limit;
  });
  return { names: names.slice(0, query.limit), more: names.length > query.limit };
}

/** Names that have, or of which a component begins with, what was typed; those that fit better first. */
export function* suggestNames(deps: SearchDeps, { prefix, limit, visibility }: SuggestQuery): Steps<string[]> {
  if (prefix === '') return [];
  const { index, views, writes, newBitsets } = deps;
  const sets = newBitsets();
  const watch = writes.watch();
  try {
    const view = yield* views.filterOf(visibility);
    const query = { all: [{ kind: 'text', text: fold(prefix) } as const], none: [] };
    const found = yield* evaluate({ ...deps, query, view, sets, watch });
    const sort = { by: 'relevance', reverse: false } as const;
    const request = { sort, offset: 0, after: undefined, limit, total: totalOf(found), sets };
    const page = pickPage(index, found, request);
    return page.filter(({ tier }) => tier <= TIER.prefix).map(({ doc }) => index.repositories.nameTextOf(doc));
  } finally {
    watch.end();
    sets.end();
  }
}
