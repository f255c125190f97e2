import type { Fit, Fitting } from '../rank/match-tier.ts';
import { addSlot, countSet, deleteSlot, growTo, type SlotSet } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';

/**
 * One condition, in two ways that must agree: from the lists of the index for all repositories, and from the content
 * of a single one. The second is for slots that were written while the first was under way, and must therefore hold
 * nothing of the index from before.
 */
export interface Matcher {
  /** For how many slots the condition holds at most, as far as lists say it without being looked through. */
  most(): Steps<number>;
  /**
   * Adds every slot of `within` for which the condition holds; it may add others for which it holds as well. Slots
   * written meanwhile may be missing, or be in it wrongly.
   */
  fill(target: SlotSet, within: SlotSet): Steps<void>;
  /** Whether the condition holds for a live slot as it is now. */
  holds(slot: number): boolean;
}

/** Every slot that a query asks for, exactly. */
export type Found =
  /** By slot, how well it fits: as badly as the worst of the query's texts. */
  | { readonly kind: 'few'; readonly fits: Map<number, number> }
  /** `texts` say how well each text of the query fits; what they say of slots that are not in `all` does not count. */
  | { readonly kind: 'many'; readonly all: SlotSet; readonly texts: readonly Fitting[] };

/** Fits all as well where there is no text to fit. */
const NO_TEXT = 0;

export function totalOf(found: Found): number {
  return found.kind === 'few' ? found.fits.size : countSet(found.all);
}

/** Makes this what is true of a slot: how each text fits it, or undefined where it is not asked for. */
export function correctFound(found: Found, slot: number, fits: readonly Fit[] | undefined): void {
  if (found.kind === 'many') correctMany(found, slot, fits);
  else if (fits) found.fits.set(slot, Math.max(NO_TEXT, ...fits));
  else found.fits.delete(slot);
}

function correctMany(
  { all, texts }: Extract<Found, { kind: 'many' }>,
  slot: number,
  fits: readonly Fit[] | undefined,
): void {
  growTo(all, slot);
  if (fits) addSlot(all, slot);
  else deleteSlot(all, slot);
  for (const [i, fit] of (fits ?? []).entries()) texts[i]?.correct(slot, fit);
}
