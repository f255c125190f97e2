import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessRules } from '../../api/access-rules.ts';
import type { Visibility } from '../../search/api.ts';
import type { CallerView } from './access.ts';
import { type Caller, visibilityOf } from './rules.ts';

/** Makes views of callers from the rules as they are now. */
export interface Views {
  /** The same object as before while nothing has changed. Undefined while the rules are not known. */
  of(caller: Caller, isPublic: boolean): CallerView | undefined;
}

interface Made {
  readonly view: CallerView;
  readonly isPublic: boolean;
}

/** Views that are shared; of more, the least used ones are made again. */
const SHARED_VIEWS = 1_000;

/** `rules` returns the same object while nothing has changed, and undefined while they are not known. */
export function createViews(rules: () => AccessRules | undefined): Views {
  const shared = new LRUCache<string, CallerView>({ max: SHARED_VIEWS });
  /** For as long as their callers are remembered elsewhere: to make one takes longer with each rule. */
  let made = new WeakMap<Caller, Made>();
  let seen: AccessRules | undefined;

  const current = () => {
    const now = rules();
    if (now !== seen) made = new WeakMap();
    seen = now;
    return now;
  };

  return {
    of(caller, isPublic) {
      const now = current();
      if (!now) return undefined;
      const known = made.get(caller);
      if (known?.isPublic === isPublic) return known.view;
      const view = share(shared, visibilityOf(now, caller, isPublic));
      made.set(caller, { view, isPublic });
      return view;
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
