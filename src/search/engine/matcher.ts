import type { Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';

/**
 * One condition, in two ways that must agree: from the lists of the index for all repositories, and from the content
 * of a single one. The second is for slots that were written while the first was under way, and must therefore hold
 * nothing of the index from before.
 */
export interface Matcher {
  /** Adds every slot for which the condition holds. Slots written meanwhile may be missing, or be in it wrongly. */
  fill(target: SlotSet): Steps<void>;
  /** Whether the condition holds for a live slot as it is now. */
  holds(slot: number): boolean;
}
