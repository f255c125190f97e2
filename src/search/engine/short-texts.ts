import { encode, type Slice, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { BITS_A_SLOT, createFitPlanes, type FitPlanes } from './fit-planes.ts';
import { createFitSets } from './fit-sets.ts';
import { createFoundOnce } from './found-once.ts';
import type { Sets } from './set-pool.ts';
import type { Steps } from './slices.ts';
import { countSet } from './slot-set.ts';
import { fitOfTexts, type SlotTexts, slotTextsOf } from './text-fit.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import { isWordByte } from './words.ts';
import type { Writes } from './writes.ts';

/**
 * One letter or two, or a syllable, are in so many words that finding them all takes long, and few such texts are ever
 * asked for. So what was found is kept, and kept right by every write.
 */
export interface ShortTexts {
  /** Whether a text is such a one; a matter of time alone. */
  has(text: TextMatcher): boolean;
  /** How a short text fits everybody; not to be changed but by `correct`, with what is true. */
  fitsOf(text: TextMatcher): Steps<FitPlanes>;
  /** How many hold it, if it is kept. */
  countOf(text: TextMatcher): number | undefined;
  /** To be told after each write of a slot's texts. */
  written(slot: number): void;
}

interface Kept {
  readonly part: Slice;
  readonly fits: FitPlanes;
  count: number;
}

const LONGEST_BYTES = 2;
/** Each takes some time of each write … */
const MOST_KEPT = 400;
/** … and some bits for each repository: so much memory is worth it. */
const KEPT_BYTES = 64e6;

export interface ShortTextsDeps {
  readonly index: EngineIndex;
  readonly writes: Writes;
  /** Sets for finding one text; whoever asks for them ends them. */
  readonly newSets: () => Sets;
  /** A longer text is kept if it is in one word and more than so many are looked through for it. */
  readonly manyWords: number;
}

export function createShortTexts(deps: ShortTextsDeps): ShortTexts {
  const { repositories } = deps.index;
  const most = () => Math.min(MOST_KEPT, (KEPT_BYTES * 8) / (repositories.end() * BITS_A_SLOT));
  const kept = createFoundOnce<Kept>(most);
  return {
    has: ({ text }) => isCommon(deps, sliceOf(encode(text))),
    fitsOf: ({ text }) => fitsIn(kept.of(text, () => find(deps, text))),
    countOf: ({ text }) => kept.get(text)?.count,
    written(slot) {
      const texts = slotTextsOf(deps.index, slot);
      for (const one of kept.values()) correct(one, slot, texts);
    },
  };
}

function isCommon({ index: { words }, manyWords }: ShortTextsDeps, part: Slice): boolean {
  return part.end <= LONGEST_BYTES || (part.bytes.every(isWordByte) && words.mostMatches(part) > manyWords);
}

function* fitsIn(finding: Steps<Kept>): Steps<FitPlanes> {
  const { fits } = yield* finding;
  return fits;
}

/** Slots that are written meanwhile are judged at the end, after which nothing comes in between. */
function* find({ index, writes, newSets }: ShortTextsDeps, text: string): Steps<Kept> {
  const sets = newSets();
  const watch = writes.watch();
  try {
    const found = createFitSets(sets);
    yield* createTextMatcher({ index, sets }, text).fillFits(found, index.live);
    const fits = createFitPlanes(index.repositories.end());
    for (const [fit, set] of found.worstFirst()) {
      fits.write(set, fit);
      yield;
    }
    const all = sets.take();
    fits.addAll(all);
    const kept = { part: sliceOf(encode(text)), fits, count: countSet(all) };
    for (const slot of watch.slots) correct(kept, slot, slotTextsOf(index, slot));
    return kept;
  } finally {
    watch.end();
    sets.end();
  }
}

function correct(kept: Kept, slot: number, texts: SlotTexts | undefined): void {
  const fit = texts && fitOfTexts(texts, kept.part);
  kept.count += Number(fit !== undefined) - Number(kept.fits.holds(slot));
  kept.fits.correct(slot, fit);
}
