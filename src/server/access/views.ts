import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessRules } from '../../api/access-rules.ts';
import type { Visibility } from '../../search/api.ts';
import type { CallerView } from './access.ts';
import { type Caller, visibilityOf } from './rules.ts';

/** Makes views of callers from the rules as they are now. */
export interface Views {
  /** Undefined while the rules are not known. */
  of(caller: Caller, isPublic: boolean): CallerView | undefined;
  /** Changes with the rules: a view that was made before may hold no longer. */
  version(): number;
}

/** Views that are shared; of more, the least used ones are made again. */
const SHARED_VIEWS = 1_000;

/** `rules` returns the same object while nothing has changed, and undefined while they are not known. */
export function createViews(rules: () => AccessRules | undefined): Views {
  const shared = new LRUCache<string, CallerView>({ max: SHARED_VIEWS });
  let seen: AccessRules | undefined;
  let version = 0;

  const current = () => {
    const now = rules();
    if (now !== seen) version += 1;
    seen = now;
    return now;
  };

  return {
    of(caller, isPublic) {
      const now = current();
      return now && share(shared, visibilityOf(now, caller, isPublic));
    },
    version() {
      current();
      return version;
    },
  };
}

/** One object for all who see the same, so that answers and the engine's filters are shared too. */
function share(shared: LRUCache<string, CallerView>, visibility: Visibility): CallerView {
  const key = createHash('sha256').update(JSON.stringify(visibility)).digest('base64url');
  const known = shared.get(key);
  if (known) return known;
  const view = { key, visibility };
  shared.set(key, view);
  return view;
}
