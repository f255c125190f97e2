import { encode, type Slice, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { BITS_A_SLOT, createFitPlanes, type FitPlanes } from './fit-planes.ts';
import { createFitSets, type FitSets } from './fit-sets.ts';
import { createFoundOnce } from './found-once.ts';
import { createWorth, type Keeping, type Worth } from './keeping.ts';
import { createLeaving } from './leaving.ts';
import { letterPairsOf } from './letter-pairs.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
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
  /** Those of its letters. */
  readonly pairs: readonly number[];
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

export function createKeptTexts(deps: KeptTextsDeps): KeptTexts {
  const { index, writes, keeping } = deps;
  const { repositories } = index;
  const most = () => Math.min(keeping.most, mostFor(repositories.end()));
  const worth = createWorth(keeping, repositories.end);
  const leave = createLeaving(writes);
  const kept = createFoundOnce<Kept>(most, ({ text, sets }) => {
    worth.pushedOut(text);
    leave(sets);
  });
  const findFits = (text: string) => fitsIn(kept.of(text, () => find(deps, text)));
  return {
    fitsOf: (text, within) => fitsOf({ index, worth, findFits, isKept: kept.has }, text, within),
    countOf: ({ text }) => kept.get(text)?.count,
    written(slot) {
      const texts = slotTextsOf(index, slot);
      const { has } = letterPairsOf(texts ? [texts.name, ...texts.others] : []);
      for (const one of kept.values()) correct(one, slot, one.pairs.every(has) ? texts : undefined);
    },
  };
}

interface Finding {
  readonly index: EngineIndex;
  readonly worth: Worth;
  readonly isKept: (text: string) => boolean;
  readonly findFits: (text: string) => Steps<FitPlanes>;
}

function* fitsOf(
  { index, worth, isKept, findFits }: Finding,
  { text, cost }: TextMatcher,
  within: SlotSet,
): Steps<FitPlanes | undefined> {
  if (isKept(text)) return yield* findFits(text);
  const lists = yield* cost(within === index.live ? undefined : within);
  return worth.ask(text, lists) ? yield* findFits(text) : undefined;
}

/** For how many texts there is memory. */
function mostFor(slots: number): number {
  return (Math.max(LEAST_BYTES, slots * BYTES_A_SLOT) * 8) / (slots * BITS_A_SLOT);
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
  const part = sliceOf(encode(text));
  return { text, part, pairs: letterPairsOf([part]).all, fits, sets, count: countSet(found.all) };
}

function correct(kept: Kept, slot: number, texts: SlotTexts | undefined): void {
  const fit = texts && fitOfTexts(texts, kept.part);
  if (fit === undefined && !kept.fits.holds(slot)) return;
  kept.count += Number(fit !== undefined) - Number(kept.fits.holds(slot));
  kept.fits.correct(slot, fit);
}
