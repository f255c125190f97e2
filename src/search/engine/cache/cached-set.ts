import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Matcher } from '../match/matcher.ts';
import { addDoc, createBitset, deleteDoc, growTo, hasDoc, type Bitset } from '../structures/bitset.ts';
import type { CachedResult } from './query-cache.ts';

/** All docs for which a condition holds; not to be changed by who reads it. */
export interface CachedSet extends CachedResult {
  readonly set: Bitset;
  /** Whether the condition holds for a live doc, from its content alone. */
  readonly holds: Matcher['holds'];
  /** Adds a doc or takes it out, by its content. */
  judge(doc: number): void;
}

/** An empty set, to be filled; from then on every write keeps it right. */
export function createCachedSet({ repositories, live }: InvertedIndex, holds: Matcher['holds']): CachedSet {
  const set = createBitset(repositories.end());
  const judge = (doc: number) => {
    growTo(set, doc);
    if (hasDoc(live, doc) && holds(doc)) addDoc(set, doc);
    else deleteDoc(set, doc);
  };
  return { set, holds, judge, bitsPerDoc: 1, update: ({ doc }) => judge(doc) };
}
