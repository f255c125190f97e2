import type { Postings } from './postings.ts';
import type { Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';

/** Slots and lists to look at between two yields. */
const STEP = 8_000;

/**
 * Adds the slots of many lists to a set, and answers with the set. They are counted through, because an iterator that
 * a yield may interrupt is not compiled away: it makes an object for each list.
 */
export function* uniteLists(postings: Postings, lists: readonly number[], target: SlotSet): Steps<SlotSet> {
  let work = 0;
  for (let at = 0; at < lists.length; at += 1) {
    work += postings.uniteInto(target, lists[at] ?? 0) + 1;
    if (work < STEP) continue;
    work = 0;
    yield;
  }
  return target;
}
