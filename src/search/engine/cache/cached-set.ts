import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Matcher } from '../match/matcher.ts';
import { type Bitset, createBitset, hasDoc, putDoc } from '../structures/bitset.ts';
import type { CachedResult } from './query-cache.ts';

/** All docs for which a condition holds. Readers must not change it. */
export interface CachedSet extends CachedResult {
  readonly set: Bitset;
  /** Whether the condition holds for a live doc as it is now. */
  readonly matches: Matcher['matches'];
  /** Adds a doc or takes it out, by its content. */
  recheck(doc: number): void;
}

/** An empty set, to be filled. Every write updates it until it is evicted; from then on docs are read. */
export function createCachedSet({ repositories, live }: InvertedIndex, holds: Matcher['matches']): CachedSet {
  const set = createBitset(repositories.end());
  let isUpdated = true;
  const recheck = (doc: number) => putDoc(set, doc, hasDoc(live, doc) && holds(doc));
  return {
    set,
    matches: (doc) => (isUpdated ? hasDoc(set, doc) : holds(doc)),
    recheck,
    bitsPerDoc: 1,
    update: ({ doc }) => recheck(doc),
    evicted() {
      isUpdated = false;
    },
  };
}
