import { ALL_FITS, type Fit } from './fit.ts';
import type { Fitting } from './fitting.ts';
import type { Sets } from './set-pool.ts';
import { countSet, intersect, type SlotSet, subtract, unite } from './slot-set.ts';

/** Hits that fit equally well. */
export interface Level {
  readonly fit: Fit;
  readonly set: SlotSet;
  readonly count: number;
}

export interface Leveling {
  readonly all: SlotSet;
  readonly texts: readonly Fitting[];
  readonly sets: Sets;
}

/**
 * Splits what was found by how well it fits, best first, each level only when it is asked for. A repository fits a
 * query as well as the worst of its texts.
 */
export function* levelsOf({ all, texts, sets }: Leveling): Generator<Level> {
  const left = sets.take();
  unite(left, all);
  const upTo = texts.map((text) => ({ text, set: sets.take() }));
  for (const fit of ALL_FITS) {
    for (const { text, set } of upTo) text.addFitting(set, fit);
    const level = sets.take();
    unite(level, upTo[0]?.set ?? left);
    for (const { set } of upTo.slice(1)) intersect(level, set);
    intersect(level, left);
    const count = countSet(level);
    if (count === 0) continue;
    subtract(left, level);
    yield { fit, set: level, count };
  }
}
