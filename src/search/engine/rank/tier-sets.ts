import { addSlot, deleteSlot, growTo, type SlotSet } from '../structures/bitset.ts';
import { unite } from '../structures/bitset-operations.ts';
import type { Sets } from '../structures/bitset-pool.ts';
import { ALL_FITS, type Fit, type Fitting } from './match-tier.ts';

/** The slots that hold one text, by how well it fits. A slot counts by the best of its sets. */
export interface FitSets extends Fitting {
  /** Those of all fits. */
  readonly all: SlotSet;
  /** The set of a fit, made when it is first asked for. Whatever is put into it is to be put into `all` as well. */
  of(fit: Fit): SlotSet;
  add(fit: Fit, slot: number): void;
  /** The sets that were made, that of the worst fit first. */
  worstFirst(): (readonly [Fit, SlotSet])[];
}

export function createFitSets({ take }: Pick<Sets, 'take'>): FitSets {
  const all = take();
  const byFit = new Array<SlotSet | undefined>(ALL_FITS.length).fill(undefined);

  const of = (fit: Fit) => {
    const set = byFit[fit] ?? take();
    byFit[fit] = set;
    return set;
  };
  const add = (fit: Fit, slot: number) => {
    addSlot(all, slot);
    addSlot(of(fit), slot);
  };

  return {
    all,
    of,
    add,
    worstFirst: () =>
      ALL_FITS.toReversed().flatMap((fit) => {
        const set = byFit[fit];
        return set ? [[fit, set] as const] : [];
      }),
    addFitting(target, fit) {
      const set = byFit[fit];
      if (set) unite(target, set);
      return set !== undefined;
    },
    correct(slot, fit) {
      deleteSlot(all, slot);
      for (const set of byFit) if (set) deleteSlot(set, slot);
      if (fit === undefined) return;
      growTo(all, slot);
      growTo(of(fit), slot);
      add(fit, slot);
    },
  };
}
