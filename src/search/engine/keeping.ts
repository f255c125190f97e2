import { createRecent } from './recent.ts';

/** When something is kept: once finding it has taken longer than keeping it does. */
export interface Keeping {
  /** How many, for each takes some time of each write. */
  readonly most: number;
  /** Who is in no more lists than these is found again as quickly as taken from what is kept. */
  readonly fewLists: number;
  /** To go through a list takes as long as to keep what was found of so many slots. */
  readonly slotsAList: number;
}

/** Tells what is worth keeping. */
export interface Worth {
  /** Whether a text is, that is asked for now and is found in so many lists. */
  ask(text: string, lists: number): boolean;
  /** It was pushed out. Were it kept at once again, more texts than are kept would all be written down in turn. */
  pushedOut(text: string): void;
}

/** So many texts are counted how often they are asked for. */
const COUNTED = 4_000;

/** Before a text that was pushed out counts as asked for again. */
const ASKED_IN_VAIN = 8;

/** `slots` tells of how many slots it is to be kept. */
export function createWorth({ fewLists, slotsAList }: Keeping, slots: () => number): Worth {
  const counts = createRecent<number>(() => COUNTED);
  return {
    ask(text, lists) {
      if (lists <= fewLists) return false;
      const asked = (counts.get(text) ?? 0) + 1;
      counts.set(text, asked);
      return lists * asked * slotsAList > slots();
    },
    pushedOut: (text) => counts.set(text, -ASKED_IN_VAIN),
  };
}
