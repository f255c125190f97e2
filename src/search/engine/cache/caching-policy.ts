import { LRUCache } from 'lru-cache';

/** When a text's matches are cached: once finding them has cost more than caching them does. */
export interface CachingPolicy {
  /** Results of all kinds together, for each takes some time of each write. */
  readonly maxResults: number;
  /** A text in no more lists than these is found as quickly as it is taken from the cache. */
  readonly fewLists: number;
  /** To go through one list costs as much as to cache matches of so many docs. */
  readonly docsPerList: number;
}

/** Tells which texts are worth caching. */
export interface Admission {
  /** Whether this text is, which is asked for now and found in so many lists. */
  admits(text: string, lists: number): boolean;
  /** It was evicted. Admitted at once again, more texts than there is room for would all be written down in turn. */
  evicted(text: string): void;
}

/** Texts of which it is counted how often they are asked for. */
const COUNTED_TEXTS = 4_000;

/** Times that an evicted text must be asked for before those count again. */
const EVICTED_COUNT = -8;

/** `docs` tells how many docs there are. */
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
