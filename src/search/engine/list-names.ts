import type { CatalogPage, CatalogQuery, Suggestions, SuggestQuery } from '../engine.ts';
import { fold } from '../fold.ts';
import { compare, encode, sliceOf } from './bytes.ts';
import { evaluate } from './evaluate.ts';
import { FIT } from './fit.ts';
import { totalOf } from './found.ts';
import { walkNames } from './name-walk.ts';
import { pickPage } from './page.ts';
import type { SearchDeps } from './search.ts';
import type { Steps } from './slices.ts';
import { hasSlot } from './slot-set.ts';

/** Names in byte order, as registries list them. */
export function* listNames({ index, views, standings }: SearchDeps, query: CatalogQuery): Steps<CatalogPage> {
  const { repositories, byName } = index;
  const standing = standings.untilNewTexts();
  const view = yield* views.viewOf(query.visibility);
  const last = sliceOf(encode(query.last ?? ''));
  const names: string[] = [];
  yield* walkNames({ order: byName, nameOf: repositories.nameOf, from: last }, (slot) => {
    const isShown = view === undefined || (hasSlot(view.set, slot) && view.sees(slot));
    if (isShown && compare(repositories.nameOf(slot), last) !== 0) names.push(repositories.nameTextOf(slot));
    return names.length <= query.limit;
  });
  return { names: names.slice(0, query.limit), more: names.length > query.limit, standing };
}

/** Names that have, or of which a component begins with, what was typed; those that fit better first. */
export function* suggestNames(deps: SearchDeps, { prefix, limit, visibility }: SuggestQuery): Steps<Suggestions> {
  const { index, views, writes, standings, newSets } = deps;
  const standing = standings.untilWrite();
  if (prefix === '') return { names: [], standing };
  const sets = newSets();
  const watch = writes.watch();
  try {
    const view = yield* views.viewOf(visibility);
    const query = { all: [{ kind: 'text', text: fold(prefix) } as const], none: [] };
    const found = yield* evaluate({ ...deps, query, view, sets, watch });
    const sort = { by: 'relevance', reverse: false } as const;
    const request = { sort, offset: 0, after: undefined, limit, total: totalOf(found), sets };
    const page = pickPage(index, found, request);
    const names = page.filter(({ fit }) => fit <= FIT.prefix).map(({ slot }) => index.repositories.nameTextOf(slot));
    return { names, standing };
  } finally {
    watch.end();
    sets.end();
  }
}
