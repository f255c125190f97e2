import { FITS, type Fit } from './fit.ts';
import type { Sets } from './set-pool.ts';
import { addSlot, deleteSlot, growTo, type SlotSet, unite } from './slot-set.ts';

/** The slots that hold one text, by how well it fits. A slot counts by the best of its sets. */
export interface FitSets {
  /** The set of a fit, made when it is first asked for. */
  of(fit: Fit): SlotSet;
  /** The set of a fit, if anything fits that way. */
  get(fit: number): SlotSet | undefined;
  /** A set for other uses. */
  take(): SlotSet;
  /** Adds the slots of all fits. */
  uniteInto(target: SlotSet): void;
  /** Makes this the fit of a slot, whatever was said of it before. */
  correct(slot: number, fit: Fit | undefined): void;
}

export function createFitSets(sets: Sets): FitSets {
  const byFit = new Array<SlotSet | undefined>(FITS).fill(undefined);

  const of = (fit: Fit) => {
    const set = byFit[fit] ?? sets.take();
    byFit[fit] = set;
    return set;
  };

  return {
    of,
    get: (fit) => byFit[fit],
    take: sets.take,
    uniteInto(target) {
      for (const set of byFit) if (set) unite(target, set);
    },
    correct(slot, fit) {
      for (const set of byFit) if (set) deleteSlot(set, slot);
      if (fit === undefined) return;
      growTo(of(fit), slot);
      addSlot(of(fit), slot);
    },
  };
}
