import type { EngineIndex } from './engine-index.ts';
import { letterPairsOf } from './letter-pairs.ts';
import { type SlotTexts, slotTextsOf } from './text-fit.ts';

/** One slot after it was written or removed, as results that are cached look at it. */
export interface SlotWrite {
  readonly slot: number;
  /** Whether name, title, summary or labels may be other than before. */
  readonly hasNewTexts: boolean;
  /** Its texts if they have all these pairs of letters: without them no text with these pairs is in it. */
  textsWith(pairs: readonly number[]): SlotTexts | undefined;
}

/** Good until the next write. */
export function slotWriteOf(index: EngineIndex, slot: number, hasNewTexts = true): SlotWrite {
  let read: { readonly texts: SlotTexts | undefined; readonly has: (pair: number) => boolean } | undefined;
  return {
    slot,
    hasNewTexts,
    textsWith(pairs) {
      read ??= readTexts(index, slot);
      return pairs.every(read.has) ? read.texts : undefined;
    },
  };
}

function readTexts(index: EngineIndex, slot: number) {
  const texts = slotTextsOf(index, slot);
  const { has } = letterPairsOf(texts ? [texts.name, ...texts.others] : []);
  return { texts, has };
}
