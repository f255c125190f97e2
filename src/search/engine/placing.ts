import type { Sort } from '../query/query.ts';
import type { Place } from './cursor.ts';
import type { EngineIndex } from './engine-index.ts';
import type { Repositories } from './repositories.ts';
import { keyOf, walkOf } from './walk.ts';

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
