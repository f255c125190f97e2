import { encode, type Slice, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { BITS_A_SLOT, createFitPlanes, type FitPlanes } from './fit-planes.ts';
import { createFitSets, type FitSets } from './fit-sets.ts';
import { createFoundOnce } from './found-once.ts';
import { createRecent } from './recent.ts';
import type { Sets } from './set-pool.ts';
import { done, type Steps } from './slices.ts';
import { countSet, type SlotSet } from './slot-set.ts';
import { fitOfTexts, type SlotTexts, slotTextsOf } from './text-fit.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { Writes } from './writes.ts';

/**
 * A letter or two, a syllable, and what many names begin with take long to be found, and few such texts are ever asked
 * for. So what was found is kept, and kept right by every write.
 */
export interface KeptTexts {
  /**
   * How a text fits everybody; not to be changed but by `correct`, with what is true. Undefined for a text that is not
   * kept: who holds it is found quickly, or has not been asked for often enough, or is sooner looked for within a set.
   */
  fitsOf(text: TextMatcher, within: SlotSet): Steps<FitPlanes | undefined>;
  /** How many hold it, if it is kept. */
  countOf(text: TextMatcher): number | undefined;
  /** To be told after each write of a slot's texts. */
  written(slot: number): void;
}

interface Kept {
  readonly text: string;
  readonly part: Slice;
  readonly fits: FitPlanes;
  /** In which those are. */
  readonly sets: Sets;
  count: number;
}

/** Each takes some bits for each slot. So much memory is worth it, and in a small index it may be more. */
const BYTES_A_SLOT = 48;
const LEAST_BYTES = 16e6;

export interface KeptTextsDeps {
  readonly index: EngineIndex;
  readonly writes: Writes;
  /** Sets for finding one text; whoever asks for them ends them. */
  readonly newSets: () => Sets;
  readonly keeping: Keeping;
}

/** A text is kept once finding it has taken longer than keeping it does. */
export interface Keeping {
  /** How many texts, for each takes some time of each write. */
  readonly most: number;
  /** Who is in no more lists than these is found again as quickly as taken from what is kept. */
  readonly fewLists: number;
  /** To go through a list takes as long as to keep what was found of so many slots. */
  readonly slotsAList: number;
}

/** So many texts are counted how often they are asked for. */
const COUNTED = 4_000;

export function createKeptTexts(deps: KeptTextsDeps): KeptTexts {
  const { keeping } = deps;
  const { repositories } = deps.index;
  const most = () => Math.min(keeping.most, mostFor(repositories.end()));
  const counts = createRecent<number>(() => COUNTED);
  const giveBack = createLeaving(deps);
  const kept = createFoundOnce<Kept>(most, (one) => {
    // Has to be worth it again: else more texts than are kept, asked for in turn, would all be written down each time.
    counts.delete(one.text);
    giveBack(one);
  });
  const isWorth = ({ text, cost }: TextMatcher, within: SlotSet) => {
    const lists = cost(within);
    if (lists <= keeping.fewLists) return false;
    const asked = (counts.get(text) ?? 0) + 1;
    counts.set(text, asked);
    return lists * asked * keeping.slotsAList > repositories.end();
  };
  return {
    fitsOf(text, within) {
      const isKept = kept.get(text.text) !== undefined || isWorth(text, within);
      return isKept ? fitsIn(kept.of(text.text, () => find(deps, text.text))) : done(undefined);
    },
    countOf: ({ text }) => kept.get(text)?.count,
    written(slot) {
      const texts = slotTextsOf(deps.index, slot);
      for (const one of kept.values()) correct(one, slot, texts);
    },
  };
}

/** For how many texts there is memory. */
function mostFor(slots: number): number {
  return (Math.max(LEAST_BYTES, slots * BYTES_A_SLOT) * 8) / (slots * BITS_A_SLOT);
}

/** So many may wait at a time; the memory of others is left to the collector. */
const MOST_LEAVING = 16;

/** Gives sets back that are kept no longer, once nobody looks at them: new memory for each text would call for collections. */
function createLeaving({ writes }: KeptTextsDeps): (kept: Kept) => void {
  let leaving = 0;
  return ({ sets }) => {
    if (leaving === MOST_LEAVING) return;
    leaving += 1;
    writes.whenUnwatched(() => {
      leaving -= 1;
      sets.end();
    });
  };
}

function* fitsIn(finding: Steps<Kept>): Steps<FitPlanes> {
  const { fits } = yield* finding;
  return fits;
}

/** Slots that are written meanwhile are judged at the end, after which nothing comes in between. */
function* find({ index, writes, newSets }: KeptTextsDeps, text: string): Steps<Kept> {
  const sets = newSets();
  const watch = writes.watch();
  try {
    const found = createFitSets(sets);
    yield* createTextMatcher({ index, sets }, text).fillFits(found, index.live);
    const kept = yield* keep(found, text, newSets());
    for (const slot of watch.slots) correct(kept, slot, slotTextsOf(index, slot));
    return kept;
  } finally {
    watch.end();
    sets.end();
  }
}

/** Writes down what was found. */
function* keep(found: FitSets, text: string, sets: Sets): Steps<Kept> {
  const fits = createFitPlanes(sets);
  for (const [fit, set] of found.worstFirst()) {
    fits.write(set, fit);
    yield;
  }
  return { text, part: sliceOf(encode(text)), fits, sets, count: countSet(found.all) };
}

function correct(kept: Kept, slot: number, texts: SlotTexts | undefined): void {
  const fit = texts && fitOfTexts(texts, kept.part);
  kept.count += Number(fit !== undefined) - Number(kept.fits.holds(slot));
  kept.fits.correct(slot, fit);
}
