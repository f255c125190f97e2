import type { Sort } from '../../query/query.ts';
import { compareTimes, type Repositories } from '../index/doc-store.ts';
import type { EngineIndex } from '../index/inverted-index.ts';
import { compare, encode, type Slice, sliceOf } from '../structures/bytes.ts';
import type { Order } from '../structures/sorted-list.ts';
import type { Place } from './cursor.ts';

/** One way through all repositories. */
export interface Walk {
  readonly order: Order;
  readonly reverse: boolean;
  readonly compare: (a: number, b: number) => number;
  /** How a slot stands to a place: negative before it, in the order that is not reversed. */
  readonly compareTo: (slot: number, place: PlaceKey) => number;
}

/** A place as it is compared with many. */
export interface PlaceKey {
  readonly pushedAtMs: number;
  readonly name: Slice;
}

export function walkOf({ repositories, byName, byPush }: EngineIndex, { by, reverse }: Sort): Walk {
  const compareName = (slot: number, { name }: PlaceKey) => compare(repositories.nameOf(slot), name);
  if (by === 'name') return { order: byName, reverse, compare: repositories.compareNames, compareTo: compareName };
  return {
    order: byPush,
    reverse,
    compare: repositories.comparePushes,
    compareTo: (slot, place) =>
      compareTimes(place.pushedAtMs, repositories.pushedAtOf(slot)) || compareName(slot, place),
  };
}

export function keyOf({ pushedAtMs, name }: Place): PlaceKey {
  return { pushedAtMs, name: sliceOf(encode(name)) };
}

/** A slot and where it stands. */
export interface Placed {
  readonly slot: number;
  /** 0 where the order does not look at it. */
  readonly fit: number;
}

/** One order of hits. */
export interface Placing {
  /** What of a fit the order looks at. */
  fit(fit: number): number;
  /** As they stand now. */
  compare(a: Placed, b: Placed): number;
  /** Tells whether a hit stands after a place. */
  isAfter(place: Place): (hit: Placed) => boolean;
}

export function createPlacing(index: EngineIndex, sort: Sort): Placing {
  const { compare, compareTo } = walkOf(index, sort);
  const direction = sort.reverse ? -1 : 1;
  return {
    fit: (fit) => (sort.by === 'relevance' ? fit : 0),
    compare: (a, b) => direction * (a.fit - b.fit || compare(a.slot, b.slot)),
    isAfter(place) {
      const key = keyOf(place);
      return ({ slot, fit }) => direction * (fit - place.fit || compareTo(slot, key)) > 0;
    },
  };
}

/** Where a hit stands now. */
export function placeOf(repositories: Repositories, { slot, fit }: Placed): Place {
  return { fit, pushedAtMs: repositories.pushedAtOf(slot), name: repositories.nameTextOf(slot) };
}
