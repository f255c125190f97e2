import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Matcher } from '../match/matcher.ts';
import { type Bitset, createBitset, hasDoc, putDoc } from '../structures/bitset.ts';
import type { CachedResult } from './query-cache.ts';

/** All docs for which a condition holds. Readers must not change it. */
export interface CachedSet extends CachedResult {
  readonly set: Bitset;
  /** Whether the condition holds for a live doc, from its content alone. */
  readonly matches: Matcher['matches'];
  /** Adds a doc or takes it out, by its content. */
  recheck(doc: number): void;
}

/** An empty set, to be filled; every write updates it. */
export function createCachedSet({ repositories, live }: InvertedIndex, matches: Matcher['matches']): CachedSet {
  const set = createBitset(repositories.end());
  const recheck = (doc: number) => putDoc(set, doc, hasDoc(live, doc) && matches(doc));
  return { set, matches, recheck, bitsPerDoc: 1, update: ({ doc }) => recheck(doc) };
}
