import { isBoundary } from '../../index/boundary-ngrams.ts';
import { isWordByte } from '../../index/tokens.ts';
import { tierOfDoc } from '../../rank/doc-tier.ts';
import type { Tier } from '../../rank/match-tier.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import { createAcrossWordsText } from './across-words.ts';
import { createBoundaryText } from './boundary.ts';
import { inTwoSteps, type TextMatching, type TextSource } from './text-source.ts';
import { createWithinWordText } from './within-word.ts';

export interface TextMatcher extends TextSource {
  readonly text: string;
  /** How the text fits a live doc as it is now. */
  tier(doc: number): Tier | undefined;
}

/** `text` is folded and not empty. */
export function createTextMatcher(matching: TextMatching, text: string): TextMatcher {
  const part = sliceOf(encode(text));
  return { ...sourceOf(matching, part), text, tier: (doc) => tierOfDoc(matching.index, doc, part) };
}

function sourceOf(matching: TextMatching, part: Slice): TextSource {
  if (part.bytes.every(isWordByte)) return createWithinWordText(matching.index, part);
  const source = isBoundary(part) ? createBoundaryText(matching, part) : createAcrossWordsText(matching, part);
  return inTwoSteps(source, matching.sets);
}
