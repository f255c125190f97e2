import type { Sort } from '../../query/sort.ts';
import { compareTimes, type Repositories } from '../index/doc-store.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { compare, encode, type Slice, sliceOf } from '../structures/bytes.ts';
import type { SortedList } from '../structures/sorted-list.ts';
import { firstOf } from '../structures/top-k.ts';
import { doubleAt, uint32At } from '../structures/typed.ts';
import type { Place } from './place.ts';

/** An order of hits: a list of all repositories in it, and how to compare them. */
export interface HitOrder {
  readonly list: SortedList;
  readonly reverse: boolean;
  readonly compare: (a: number, b: number) => number;
  /** How a doc stands to a place: negative before it, in the order that is not reversed. */
  readonly compareTo: (doc: number, place: PlaceKey) => number;
  /** Leaves out of docs, which it changes, those that are surely not among the first `count`. */
  readonly narrow: (docs: Uint32Array, count: number) => Uint32Array;
}

/** A place as it is compared with many. */
export interface PlaceKey {
  readonly rank: number;
  readonly pushedAtMs: number;
  readonly name: Slice;
}

export function hitOrderOf({ repositories, byName, byPush, byRank }: InvertedIndex, { by, reverse }: Sort): HitOrder {
  const { rankOf, pushedAtOf, nameOf, compareNames, comparePushes, compareRanks } = repositories;
  const toName = (doc: number, place: PlaceKey) => compare(nameOf(doc), place.name);
  const toPush = (doc: number, place: PlaceKey) =>
    compareTimes(place.pushedAtMs, pushedAtOf(doc)) || toName(doc, place);
  const toRank = (doc: number, place: PlaceKey) => rankOf(doc) - place.rank || toPush(doc, place);
  const all = (docs: Uint32Array) => docs;
  if (by === 'name') return { list: byName, reverse, compare: compareNames, compareTo: toName, narrow: all };
  if (by === 'pushed') return { list: byPush, reverse, compare: comparePushes, compareTo: toPush, narrow: all };
  const narrow = (docs: Uint32Array, count: number) => mayBeFirst(docs, count, repositories);
  return { list: byRank, reverse, compare: compareRanks, compareTo: toRank, narrow: reverse ? all : narrow };
}

/** Without those that come, by rank and push alone, after as many of a sample as are sought. */
function mayBeFirst(docs: Uint32Array, count: number, { rankColumns, compareRanks }: Repositories): Uint32Array {
  // What is compared then is as many docs as the sample has, about.
  const sampled = Math.ceil(Math.sqrt(docs.length * count));
  if (docs.length < 4 * sampled) return docs;
  const bound = firstOf(sampleOf(docs, sampled), count, compareRanks).at(-1) ?? 0;
  const { ranks, pushedAtMs } = rankColumns();
  const [rank, pushed] = [uint32At(ranks, bound), doubleAt(pushedAtMs, bound)];
  let kept = 0;
  for (let at = 0; at < docs.length; at += 1) {
    const doc = uint32At(docs, at);
    const own = uint32At(ranks, doc);
    if (own > rank || (own === rank && doubleAt(pushedAtMs, doc) < pushed)) continue;
    docs[kept] = doc;
    kept += 1;
  }
  return docs.subarray(0, kept);
}

function sampleOf(docs: Uint32Array, count: number): Uint32Array {
  const step = Math.floor(docs.length / count);
  const sample = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) sample[at] = uint32At(docs, at * step);
  return sample;
}

export function placeKeyOf({ rank, pushedAtMs, name }: Place): PlaceKey {
  return { rank, pushedAtMs, name: sliceOf(encode(name)) };
}

/** A doc and where it stands. */
export interface Placed {
  readonly doc: number;
  /** 0 unless hits are ordered by relevance. */
  readonly level: number;
}

/** Where a hit stands now. */
export function placeOf(repositories: Repositories, { doc, level }: Placed, { by }: Sort): Place {
  return {
    level,
    rank: by === 'relevance' ? repositories.rankOf(doc) : 0,
    pushedAtMs: repositories.pushedAtOf(doc),
    name: repositories.nameTextOf(doc),
  };
}
