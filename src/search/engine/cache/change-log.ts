import type { EngineIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/letter-pairs.ts';
import { type SlotTexts, slotTextsOf } from '../rank/doc-tier.ts';

/** Tells long work which slots were written while it let others have a turn. */
export interface Writes {
  written(slot: number): void;
  watch(): Watch;
  /** Calls `then` as soon as nobody watches. */
  whenUnwatched(then: () => void): void;
}

export interface Watch {
  /** Slots written since the watch began, until they are taken out of it. */
  readonly slots: Set<number>;
  end(): void;
}

export function createWrites(): Writes {
  const watches = new Set<Set<number>>();
  const waiting: (() => void)[] = [];

  const end = (slots: Set<number>) => {
    watches.delete(slots);
    if (watches.size > 0) return;
    for (const then of waiting.splice(0)) then();
  };

  return {
    written(slot) {
      for (const slots of watches) slots.add(slot);
    },
    watch() {
      const slots = new Set<number>();
      watches.add(slots);
      return { slots, end: () => end(slots) };
    },
    whenUnwatched(then) {
      if (watches.size > 0) waiting.push(then);
      else then();
    },
  };
}

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
