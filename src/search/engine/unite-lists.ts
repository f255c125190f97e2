import type { Postings } from './postings.ts';
import type { Steps } from './slices.ts';
import type { SlotSet } from './slot-set.ts';

/** Slots and lists to look at between two yields. */
const STEP = 8_000;

/** Adds the slots of many lists to a set, and answers with the set. */
export function* uniteLists(postings: Postings, lists: Iterable<number>, target: SlotSet): Steps<SlotSet> {
  let work = 0;
  for (const list of lists) {
    work += postings.uniteInto(target, list) + 1;
    if (work < STEP) continue;
    work = 0;
    yield;
  }
  return target;
}
