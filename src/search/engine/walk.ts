import type { Sort } from '../query/query.ts';
import { compare, encode, type Slice, sliceOf } from './bytes.ts';
import type { Place } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import type { Order } from './order.ts';
import { compareTimes } from './repositories.ts';

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
