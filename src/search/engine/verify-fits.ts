import type { Fit } from './fit.ts';
import type { FitSets } from './fit-sets.ts';
import type { Steps } from './slices.ts';

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
