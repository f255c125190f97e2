import { LRUCache } from 'lru-cache';

/** A text's matches are cached once finding them has cost more than caching them does. */
export interface CachingPolicy {
  /** Results of all kinds together; each takes some time of each write. */
  readonly maxResults: number;
  /** A text in at most so many lists is found as quickly as it is taken from the cache. */
  readonly fewLists: number;
  /** To go through one list costs as much as to cache matches of so many docs. */
  readonly docsPerList: number;
}

/** Decides which texts are cached. */
export interface Admission {
  /** Whether a text that is searched for now, and found in so many lists, is cached. */
  admits(text: string, lists: number): boolean;
  /** Admitted again at once, more texts than there is room for would evict each other in turn. */
  evicted(text: string): void;
}

/** Texts whose searches are counted. */
const COUNTED_TEXTS = 4_000;

/** An evicted text is counted from here on. */
const EVICTED_COUNT = -8;

/** `docs` is the number of all docs. */
export function createAdmission({ fewLists, docsPerList }: CachingPolicy, docs: () => number): Admission {
  const timesAsked = new LRUCache<string, number>({ max: COUNTED_TEXTS });
  return {
    admits(text, lists) {
      if (lists <= fewLists) return false;
      const times = (timesAsked.get(text) ?? 0) + 1;
      timesAsked.set(text, times);
      return lists * times * docsPerList > docs();
    },
    evicted: (text) => void timesAsked.set(text, EVICTED_COUNT),
  };
}
