import type { SlotSet } from '../structures/bitset.ts';
import { copySet, intersect, moveCommon } from '../structures/bitset-operations.ts';
import type { Sets } from '../structures/bitset-pool.ts';
import { ALL_FITS, FIT, type Fit, type Fitting } from './match-tier.ts';

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
    if (rest === 0 || fit === FIT.text) break;
    if (!addFitting(upTo, fit)) continue;
    const level = sets.take();
    const count = moveCommon(left, commonOf(upTo, sets), level);
    if (count === 0) continue;
    yield { fit, set: level, count };
    rest -= count;
  }
  // There is no worse fit, so that nobody need ask who has it.
  if (rest > 0) yield { fit: FIT.text, set: left, count: rest };
}

/** Those that all texts fit this way or better. */
function commonOf([first, ...others]: readonly UpTo[], sets: Sets): SlotSet {
  if (first && others.length === 0) return first.set;
  const common = sets.take();
  if (first) copySet(common, first.set);
  for (const { set } of others) intersect(common, set);
  return common;
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
