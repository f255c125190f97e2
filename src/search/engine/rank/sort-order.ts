import type { Sort } from '../../query/query.ts';
import { compareTimes, type Repositories } from '../index/doc-store.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { compare, encode, type Slice, sliceOf } from '../structures/bytes.ts';
import type { SortedList } from '../structures/sorted-list.ts';
import type { Place } from './cursor.ts';

/** One way through all repositories. */
export interface Walk {
  readonly order: SortedList;
  readonly reverse: boolean;
  readonly compare: (a: number, b: number) => number;
  /** How a doc stands to a place: negative before it, in the order that is not reversed. */
  readonly compareTo: (doc: number, place: PlaceKey) => number;
}

/** A place as it is compared with many. */
export interface PlaceKey {
  readonly rank: number;
  readonly pushedAtMs: number;
  readonly name: Slice;
}

export function walkOf({ repositories, byName, byPush, byRank }: InvertedIndex, { by, reverse }: Sort): Walk {
  const { rankOf, pushedAtOf, nameOf, compareNames, comparePushes, compareRanks } = repositories;
  const toName = (doc: number, place: PlaceKey) => compare(nameOf(doc), place.name);
  const toPush = (doc: number, place: PlaceKey) =>
    compareTimes(place.pushedAtMs, pushedAtOf(doc)) || toName(doc, place);
  const toRank = (doc: number, place: PlaceKey) => rankOf(doc) - place.rank || toPush(doc, place);
  if (by === 'name') return { order: byName, reverse, compare: compareNames, compareTo: toName };
  if (by === 'pushed') return { order: byPush, reverse, compare: comparePushes, compareTo: toPush };
  return { order: byRank, reverse, compare: compareRanks, compareTo: toRank };
}

export function keyOf({ rank, pushedAtMs, name }: Place): PlaceKey {
  return { rank, pushedAtMs, name: sliceOf(encode(name)) };
}

/** A doc and where it stands. */
export interface Placed {
  readonly doc: number;
  /** 0 where the order does not look at it. */
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
