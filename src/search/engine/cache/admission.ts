import { LRUCache } from 'lru-cache';
import type { CachingPolicy } from '../cost-model.ts';

/** Decides which texts are cached: those of which finding has cost more than keeping does. */
export interface Admission {
  /** Whether a text that is searched for now, and found in so many lists, is cached. */
  admits(text: string, lists: number): boolean;
  /** Admitted again at once, more texts than there is room for would evict each other in turn. */
  evicted(text: string): void;
}

/** Texts whose searches are counted. */
const COUNTED_TEXTS = 4_000;

/**
 * An evicted text has to be worth so many times as much as others. A letter soon is, for it is in thousands of lists.
 */
const AGAIN = 2;

interface Searches {
  readonly times: number;
  /** So many times what others have to be worth. */
  readonly factor: number;
}

/** `docs` is the number of all docs. */
export function createAdmission({ fewLists, docsPerList }: CachingPolicy, docs: () => number): Admission {
  const counted = new LRUCache<string, Searches>({ max: COUNTED_TEXTS });
  return {
    admits(text, lists) {
      if (lists <= fewLists) return false;
      const { times, factor } = counted.get(text) ?? { times: 0, factor: 1 };
      counted.set(text, { times: times + 1, factor });
      return lists * (times + 1) * docsPerList > docs() * factor;
    },
    evicted: (text) => void counted.set(text, { times: 0, factor: AGAIN }),
  };
}
