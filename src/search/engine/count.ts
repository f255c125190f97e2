import type { EngineSize, Visibility } from '../api.ts';
import { STEP } from './cost-model.ts';
import type { Counts } from './index/counts.ts';
import type { InvertedIndex } from './index/inverted-index.ts';
import type { VisibilityFilter, VisibilityFilters } from './match/visibility.ts';
import { hasDoc } from './structures/bitset.ts';
import type { Steps } from './structures/scheduler.ts';

export interface CountDeps {
  readonly index: InvertedIndex;
  readonly views: VisibilityFilters;
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
    if (!hasDoc(view.set, doc) || !hasDoc(live, doc) || !view.matches(doc)) continue;
    size.repositories += 1;
    size.tags += repositories.tagCountOf(doc);
  }
  return size;
}
