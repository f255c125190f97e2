import { hasTextsAlone, type Query } from '../query/query.ts';
import { encode, type Slice, sliceOf } from './bytes.ts';
import type { Matching } from './condition-matcher.ts';
import { fitsOfSlot, type Parts, partsOf } from './parts.ts';
import { createSlotSet } from './slot-set.ts';
import { fitOfTexts, type SlotTexts } from './text-fit.ts';
import type { View } from './views.ts';

/** How well a query fits single slots, from their content. */
export interface SlotJudge {
  /** As badly as the worst of its texts; undefined where it does not ask for the slot, which is live and has these texts. */
  fit(slot: number, texts: SlotTexts): number | undefined;
  /** Whether it looks at nothing else than texts, and at who may see them. */
  readonly looksAtTextsAlone: boolean;
}

export interface Judged extends Omit<Matching, 'sets'> {
  readonly query: Query;
  readonly view: Pick<View, 'sees'> | undefined;
}

export function createSlotJudge(judged: Judged): SlotJudge {
  const looksAtTextsAlone = hasTextsAlone(judged.query);
  return { fit: looksAtTextsAlone ? createTextsFit(judged) : createFullFit(judged), looksAtTextsAlone };
}

function createTextsFit({ query, view }: Judged): SlotJudge['fit'] {
  const parts = textsSought(query);
  return (slot, texts) => {
    if (view && !view.sees(slot)) return undefined;
    let worst = 0;
    for (const part of parts) {
      const fit = fitOfTexts(texts, part);
      if (fit === undefined) return undefined;
      worst = Math.max(worst, fit);
    }
    return worst;
  };
}

export function textsSought({ all }: Query): Slice[] {
  return all.flatMap((one) => (one.kind === 'text' ? [sliceOf(encode(one.text))] : []));
}

/** Conditions are read when they are asked for first. */
function createFullFit(judged: Judged): SlotJudge['fit'] {
  const asked = { ...judged, sets: { take: () => createSlotSet(0), end: () => undefined } };
  let parts: Parts | undefined;
  return (slot) => {
    parts ??= partsOf(asked);
    const fits = fitsOfSlot(asked, parts, slot);
    return fits && Math.max(0, ...fits);
  };
}
