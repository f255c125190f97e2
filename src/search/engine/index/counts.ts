import type { EngineSize } from '../../api.ts';
import type { Repositories } from './doc-store.ts';

/** How many repositories and tags there are, counted as they are written. */
export interface Sizes {
  of(seen: { readonly showPrivate: boolean }): EngineSize;
  /** To be told before a slot is written or removed; it need not be live. */
  leave(slot: number): void;
  /** To be told after a slot was written. */
  enter(slot: number): void;
}

export function createSizes(repositories: Repositories): Sizes {
  const open = { repositories: 0, tags: 0 };
  const closed = { repositories: 0, tags: 0 };

  const count = (slot: number, sign: 1 | -1) => {
    const size = repositories.profileOf(slot).isPrivate ? closed : open;
    size.repositories += sign;
    size.tags += sign * repositories.tagCountOf(slot);
  };

  return {
    of({ showPrivate }) {
      if (!showPrivate) return { ...open };
      return { repositories: open.repositories + closed.repositories, tags: open.tags + closed.tags };
    },
    leave(slot) {
      if (repositories.isLive(slot)) count(slot, -1);
    },
    enter: (slot) => count(slot, 1),
  };
}
