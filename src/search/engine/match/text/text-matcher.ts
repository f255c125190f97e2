import { isEdge } from '../../index/boundary-ngrams.ts';
import { isWordByte } from '../../index/tokens.ts';
import { fitOfSlot } from '../../rank/doc-tier.ts';
import type { Fit } from '../../rank/match-tier.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import { createAcrossText } from './across-words.ts';
import { createEdgeText } from './boundary.ts';
import { inTwoSteps, type TextMatching, type TextSource } from './text-source.ts';
import { createWordText } from './within-word.ts';

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
