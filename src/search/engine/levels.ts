import { ALL_FITS, type Fit } from './fit.ts';
import type { Fitting } from './fitting.ts';
import { copySet, intersect, subtract } from './set-algebra.ts';
import type { Sets } from './set-pool.ts';
import { countSet, type SlotSet } from './slot-set.ts';

/** Hits that fit equally well. */
export interface Level {
  readonly fit: Fit;
  readonly set: SlotSet;
  readonly count: number;
}

export interface Leveling {
  readonly all: SlotSet;
  /** How many those are. */
  readonly total: number;
  readonly texts: readonly Fitting[];
  readonly sets: Sets;
}

/**
 * Splits what was found by how well it fits, best first, each level only when it is asked for. A repository fits a
 * query as well as the worst of its texts.
 */
export function* levelsOf({ all, total, texts, sets }: Leveling): Generator<Level> {
  const left = sets.take();
  copySet(left, all);
  let rest = total;
  const upTo = texts.map((text) => ({ text, set: sets.take() }));
  for (const fit of ALL_FITS) {
    if (!addFitting(upTo, fit)) continue;
    const level = sets.take();
    copySet(level, left);
    for (const { set } of upTo) intersect(level, set);
    const count = countSet(level);
    if (count === 0) continue;
    subtract(left, level);
    yield { fit, set: level, count };
    rest -= count;
    if (rest === 0) return;
  }
}

/** Those that a text fits this way or better. */
interface UpTo {
  readonly text: Fitting;
  readonly set: SlotSet;
}

/** Says whether any text fits anybody this way; where none does, no level begins. */
function addFitting(upTo: readonly UpTo[], fit: Fit): boolean {
  let isAny = false;
  for (const { text, set } of upTo) if (text.addFitting(set, fit)) isAny = true;
  return isAny;
}
