import type { EngineIndex } from './engine-index.ts';
import { createFitSets, type FitSets } from './fit-sets.ts';
import { createRecent } from './recent.ts';
import type { Steps } from './slices.ts';
import { countSet, createSlotSet, hasSlot } from './slot-set.ts';
import { createTextMatcher, type TextMatcher } from './text-matcher.ts';
import type { Writes } from './writes.ts';

/**
 * One letter or two are in so many words that finding them all takes long, and few such texts are ever asked for. So
 * what was found is kept, and kept right by every write.
 */
export interface ShortTexts {
  /** How a short text fits everybody; not to be changed but by `correct`, with what is true. */
  fitsOf(text: TextMatcher): Steps<FitSets>;
  /** How many hold it, if it is kept. */
  countOf(text: TextMatcher): number | undefined;
  /** To be told after each write of a slot's texts. */
  written(slot: number): void;
}

interface Kept {
  readonly fitOf: TextMatcher['fit'];
  readonly fits: FitSets;
  /** How many hold it, once they were counted since the last write. */
  count: number | undefined;
}

const LONGEST_BYTES = 2;
/** Each takes some time of each write … */
const MOST_KEPT = 400;
/** … and a bit for each repository and fit: so much memory is worth it. */
const KEPT_BYTES = 64e6;
const SETS_EACH = 8;

export function isShort({ text }: TextMatcher): boolean {
  return Buffer.byteLength(text) <= LONGEST_BYTES;
}

export function createShortTexts(index: EngineIndex, writes: Writes): ShortTexts {
  const most = () => Math.min(MOST_KEPT, KEPT_BYTES / ((index.repositories.end() / 8) * SETS_EACH));
  const recent = createRecent<Kept>(most);
  return {
    *fitsOf(text) {
      const kept = recent.get(text.text) ?? {
        fitOf: text.fit,
        fits: yield* fill(index, writes, text),
        count: undefined,
      };
      recent.set(text.text, kept);
      return kept.fits;
    },
    countOf({ text }) {
      const kept = recent.get(text);
      if (kept) kept.count ??= countSet(kept.fits.all);
      return kept?.count;
    },
    written(slot) {
      for (const kept of recent.values()) {
        correct(index, kept, slot);
        kept.count = undefined;
      }
    },
  };
}

/**
 * Slots that are written meanwhile are judged at the end, after which nothing comes in between. What the query's own
 * matcher knows may be from before that.
 */
function* fill(index: EngineIndex, writes: Writes, { text, fit: fitOf }: TextMatcher): Steps<FitSets> {
  const sets = { take: () => createSlotSet(index.repositories.end()), end: () => undefined };
  const fits = createFitSets(sets);
  const watch = writes.watch();
  try {
    yield* createTextMatcher({ index, sets }, text).fillFits(fits);
    for (const slot of watch.slots) correct(index, { fitOf, fits }, slot);
    return fits;
  } finally {
    watch.end();
  }
}

function correct({ live }: EngineIndex, { fitOf, fits }: Omit<Kept, 'count'>, slot: number): void {
  fits.correct(slot, hasSlot(live, slot) ? fitOf(slot) : undefined);
}
