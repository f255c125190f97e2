import type { Fit } from './fit.ts';
import type { FitSets } from './fit-sets.ts';
import type { Steps } from './slices.ts';

const AT_A_TIME = 250;

/** Looks at candidates one by one, and adds those that fit. */
export function* verifyFits(
  candidates: Uint32Array,
  fitOf: (slot: number) => Fit | undefined,
  target: FitSets,
): Steps<void> {
  for (let from = 0; from < candidates.length; from += AT_A_TIME) {
    for (const slot of candidates.subarray(from, from + AT_A_TIME)) {
      const fit = fitOf(slot);
      if (fit !== undefined) target.add(fit, slot);
    }
    yield;
  }
}
