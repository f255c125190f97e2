import { createAcrossText } from './across-text.ts';
import { encode, type Slice, sliceOf } from './bytes.ts';
import { createEdgeText } from './edge-text.ts';
import { isEdge } from './edges.ts';
import type { EngineIndex } from './engine-index.ts';
import type { Fit } from './fit.ts';
import type { Sets } from './set-pool.ts';
import { fitOfSlot } from './text-fit.ts';
import { inTwoSteps, type TextSource } from './text-source.ts';
import { createWordText } from './word-text.ts';
import { isWordByte } from './words.ts';

export interface TextMatching {
  readonly index: EngineIndex;
  readonly sets: Sets;
}

export interface TextMatcher extends TextSource {
  readonly text: string;
  /** How the text fits a live slot as it is now. */
  fit(slot: number): Fit | undefined;
}

/** `text` is folded and not empty. */
export function createTextMatcher(matching: TextMatching, text: string): TextMatcher {
  const part = sliceOf(encode(text));
  return { ...sourceOf(matching, part), text, fit: (slot) => fitOfSlot(matching.index, slot, part) };
}

function sourceOf(matching: TextMatching, part: Slice): TextSource {
  if (part.bytes.every(isWordByte)) return createWordText(matching.index, part);
  const source = isEdge(part) ? createEdgeText(matching, part) : createAcrossText(matching, part);
  return inTwoSteps(source, matching.sets);
}
