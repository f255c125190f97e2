import type { Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';

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
