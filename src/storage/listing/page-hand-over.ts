import { LRUCache } from 'lru-cache';
import type { ListPage } from '../object-storage.ts';

/** A page of a listing, and when its LIST was sent. */
export interface SentPage extends ListPage {
  readonly sentAtMs: number;
}

/**
 * Pages that somebody else has read, kept for the walks that begin with them: a LIST cannot be told where to end, so of
 * adjacent ranges each would read a page twice; and who counts names has read the first page of all.
 */
export interface PageHandOver {
  /** What comes after a key; undefined for what comes first of all. */
  leave(startAfter: string | undefined, page: SentPage): void;
  /** Once; undefined when there is none that is young. */
  take(startAfter: string | undefined): SentPage | undefined;
}

/** As many walks may go on at once. */
const PAGES = 64;
/** Who walks from there does so at once; what lies longer belongs to a walk that was given up. */
const FRESH_MS = 60_000;

export function createPageHandOver(now: () => number): PageHandOver {
  const pages = new LRUCache<string, SentPage>({ max: PAGES });
  return {
    leave: (startAfter = '', page) => void pages.set(startAfter, page),
    take(startAfter = '') {
      const page = pages.get(startAfter);
      pages.delete(startAfter);
      return page && now() - page.sentAtMs < FRESH_MS ? page : undefined;
    },
  };
}
