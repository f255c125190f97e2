import { addSlot, addWord, deleteSlot, growTo, hasSlot, type SlotSet } from '../structures/bitset.ts';
import { subtract, unite } from '../structures/bitset-operations.ts';
import type { Sets } from '../structures/bitset-pool.ts';
import { wordAt } from '../structures/typed.ts';
import type { Fit, Fitting } from './match-tier.ts';

/** How well one text fits every slot, in three bits each: little to keep, and quick to take a fit's slots out of. */
export interface FitPlanes extends Fitting {
  /** Makes this the fit of all slots of a set, but for those there is no room for. */
  write(set: SlotSet, fit: Fit): void;
  /** Adds all that hold the text. */
  addAll(target: SlotSet): void;
  holds(slot: number): boolean;
}

export const BITS_A_SLOT = 3;

/** Each has room for every slot that has a fit. */
type Planes = readonly [SlotSet, SlotSet, SlotSet];

/** In sets of `sets`, which are in use as long as the planes are. */
export function createFitPlanes({ take }: Pick<Sets, 'take'>): FitPlanes {
  const planes: Planes = [take(), take(), take()];
  /** Those that some slot may have. */
  const fits = new Set<Fit>();
  return {
    write(set, fit) {
      fits.add(fit);
      for (const [bit, plane] of planes.entries()) {
        if (hasBit(fit, bit)) unite(plane, set);
        else subtract(plane, set);
      }
    },
    addAll(target) {
      for (const plane of planes) unite(target, plane);
    },
    holds: (slot) => planes.some((plane) => hasSlot(plane, slot)),
    addFitting(target, fit) {
      if (fits.has(fit)) addCommon(target, planes, fit);
      return fits.has(fit);
    },
    correct(slot, fit) {
      if (fit !== undefined) fits.add(fit);
      for (const [bit, plane] of planes.entries()) {
        growTo(plane, slot);
        if (fit !== undefined && hasBit(fit, bit)) addSlot(plane, slot);
        else deleteSlot(plane, slot);
      }
    },
  };
}

/** No bit at all stands for whoever does not hold the text. */
function hasBit(fit: Fit, bit: number): boolean {
  return (((fit + 1) >>> bit) & 1) === 1;
}

/** Adds the slots that have just the bits of a fit. */
function addCommon(target: SlotSet, planes: Planes, fit: Fit): void {
  const [{ words: low }, { words: middle }, { words: high }] = planes;
  const [flipLow, flipMiddle, flipHigh] = [flipOf(fit, 0), flipOf(fit, 1), flipOf(fit, 2)];
  const length = Math.min(low.length, middle.length, high.length);
  for (let at = 0; at < length; at += 1) {
    const common = (wordAt(low, at) ^ flipLow) & (wordAt(middle, at) ^ flipMiddle) & (wordAt(high, at) ^ flipHigh);
    addWord(target, at, common);
  }
}

/** All ones where slots of the fit lack the bit. */
function flipOf(fit: Fit, bit: number): number {
  return hasBit(fit, bit) ? 0 : -1;
}
