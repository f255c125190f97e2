import type { Found } from './evaluate.ts';
import { FITS } from './fit.ts';
import type { FitSets } from './fit-sets.ts';
import type { Sets } from './set-pool.ts';
import { countSet, intersect, type SlotSet, subtract, unite } from './slot-set.ts';

/** Hits that fit equally well. */
export interface Level {
  readonly fit: number;
  readonly set: SlotSet;
  readonly count: number;
}

/**
 * Splits what was found by how well it fits, best first, each level only when it is asked for. A repository fits a
 * query as well as the worst of its texts.
 */
export function* levelsOf({ all, fits }: Found, sets: Sets): Generator<Level> {
  const left = sets.take();
  unite(left, all);
  const upTo = fits.map(() => sets.take());
  for (let fit = 0; fit < FITS; fit += 1) {
    if (!extend(upTo, fits, fit)) continue;
    const set = sets.take();
    unite(set, left);
    for (const holding of upTo) intersect(set, holding);
    subtract(left, set);
    yield { fit, set, count: countSet(set) };
  }
}

/** Adds the slots of one more fit to the sets of the better ones; says whether there are any. */
function extend(upTo: readonly SlotSet[], fits: readonly FitSets[], fit: number): boolean {
  let hasMore = false;
  for (const [i, target] of upTo.entries()) {
    const more = fits[i]?.get(fit);
    if (!more) continue;
    unite(target, more);
    hasMore = true;
  }
  return hasMore;
}
