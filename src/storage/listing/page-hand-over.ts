import { LRUCache } from 'lru-cache';
import type { ListPage } from '../object-storage.ts';

/** A page of a listing, and when its LIST was sent. */
export interface SentPage extends ListPage {
  readonly sentAtMs: number;
}

/**
 * Hands pages over to the walks that begin with them. A LIST has no end parameter, so the walks of two adjacent ranges
 * would read one page twice; and counting names reads the very first page.
 */
export interface PageHandOver {
  /** Leaves the page after a key; undefined is the very first page. */
  leave(startAfter: string | undefined, page: SentPage): void;
  /** Takes a page, once; undefined when there is no fresh one. */
  take(startAfter: string | undefined): SentPage | undefined;
}

/** How many pages are kept, one for each walk: at most so many run at once. */
const PAGES = 64;
/** An older page belongs to a walk that never began. */
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
