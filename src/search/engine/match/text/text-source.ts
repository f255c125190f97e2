import type { EngineIndex } from '../../index/inverted-index.ts';
import type { Fit, Fitting } from '../../rank/match-tier.ts';
import { createFitSets, type FitSets } from '../../rank/tier-sets.ts';
import { countSet, type SlotSet } from '../../structures/bitset.ts';
import { unite } from '../../structures/bitset-operations.ts';
import type { Sets } from '../../structures/bitset-pool.ts';
import { done, type Steps } from '../../structures/scheduler.ts';

/** What the lists are looked through with. */
export interface TextMatching {
  readonly index: EngineIndex;
  readonly sets: Sets;
}

/** Who holds a text, and how well it fits, from the lists of the index. */
export interface FitSource {
  /** How many slots hold the text at most. */
  most(): number;
  /** Adds every slot of `within` that holds the text to the set of its fit; perhaps others that hold it as well. */
  fillFits(target: FitSets, within: SlotSet): Steps<void>;
}

/** The same in two steps, for a page needs those alone that fit best. How well it fits can be asked after `fill`. */
export interface TextSource extends Pick<FitSource, 'fillFits'>, Fitting {
  /** How many slots hold the text at most. */
  most(): Steps<number>;
  /** How much there is to go through, in lists; nothing where to look at some of all is less. */
  cost(some: SlotSet | undefined): Steps<number>;
  /** Adds every slot of `within` that holds the text; perhaps others that hold it as well. */
  fill(target: SlotSet, within: SlotSet): Steps<void>;
}

/** To go through a list takes as long as to look at so many names. */
const NAMES_A_LIST = 3;

/** Both steps of a source that takes them at once. */
export function inTwoSteps({ most, fillFits }: FitSource, sets: Sets): TextSource {
  let fits: FitSets | undefined;
  let known: number | undefined;
  const mostOnce = () => {
    known ??= most();
    return known;
  };
  return {
    most: () => done(mostOnce()),
    cost: (some) => done(some && countSet(some) < mostOnce() ? 0 : mostOnce() / NAMES_A_LIST),
    fillFits,
    fill(target, within) {
      fits = createFitSets(sets);
      return fillAtOnce(fillFits(fits, within), fits, target);
    },
    addFitting: (target, fit) => fits?.addFitting(target, fit) ?? false,
    correct: (slot, fit) => fits?.correct(slot, fit),
  };
}

function* fillAtOnce(filling: Steps<void>, { all }: FitSets, target: SlotSet): Steps<void> {
  yield* filling;
  unite(target, all);
}

const AT_A_TIME = 250;

export interface FitVerification {
  readonly candidates: Uint32Array;
  readonly fitOf: (slot: number) => Fit | undefined;
  /** Is told of the candidates that `fitOf` is called for next. */
  readonly readAhead: (slots: Uint32Array) => void;
}

/** Looks at candidates one by one, and adds those that fit. */
export function* verifyFits({ candidates, fitOf, readAhead }: FitVerification, target: FitSets): Steps<void> {
  for (let from = 0; from < candidates.length; from += AT_A_TIME) {
    const slots = candidates.subarray(from, from + AT_A_TIME);
    readAhead(slots);
    for (const slot of slots) {
      const fit = fitOf(slot);
      if (fit !== undefined) target.add(fit, slot);
    }
    yield;
  }
}
