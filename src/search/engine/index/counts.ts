import type { EngineSize } from '../../api.ts';
import type { Archive } from '../../archive.ts';
import type { Repositories } from './doc-store.ts';

/** The numbers of repositories and tags, counted as they are written. */
export interface Counts {
  of(seen: { readonly showPrivate: boolean }): EngineSize;
  /** Called before a doc is written or removed; the doc need not be live. */
  leave(doc: number): void;
  /** Called after a doc was written. */
  enter(doc: number): void;
  serialize(archive: Archive): void;
}

export function createCounts(repositories: Repositories): Counts {
  const open = { repositories: 0, tags: 0 };
  const closed = { repositories: 0, tags: 0 };

  const count = (doc: number, sign: 1 | -1) => {
    const size = repositories.attributesOf(doc).isPrivate ? closed : open;
    size.repositories += sign;
    size.tags += sign * repositories.tagCountOf(doc);
  };

  return {
    of({ showPrivate }) {
      if (!showPrivate) return { ...open };
      return { repositories: open.repositories + closed.repositories, tags: open.tags + closed.tags };
    },
    leave(doc) {
      if (repositories.isLive(doc)) count(doc, -1);
    },
    enter: (doc) => count(doc, 1),
    serialize(archive) {
      for (const size of [open, closed]) {
        size.repositories = archive.number(size.repositories);
        size.tags = archive.number(size.tags);
      }
    },
  };
}
