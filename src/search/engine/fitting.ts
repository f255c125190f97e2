import type { Fit } from './fit.ts';
import type { SlotSet } from './slot-set.ts';

/** How well one text fits whoever holds it. */
export interface Fitting {
  /**
   * Adds those that the text fits this way at best; perhaps some that it fits better as well. Says whether there may
   * be any.
   */
  addFitting(target: SlotSet, fit: Fit): boolean;
  /** To be told how the text fits a slot that was written after it was found out who holds the text. */
  correct(slot: number, fit: Fit | undefined): void;
}
