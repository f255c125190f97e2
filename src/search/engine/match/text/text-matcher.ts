import { createMarksTest, withoutMarks } from '../../../fold.ts';
import { isBoundary } from '../../index/boundary-ngrams.ts';
import { isTermByte } from '../../index/fields.ts';
import { tierInLabels, tierOfDoc } from '../../rank/doc-tier.ts';
import { TIER } from '../../rank/tier.ts';
import type { Bitset } from '../../structures/bitset.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { createAcrossTermsText } from './across-terms.ts';
import { createBoundaryText } from './boundary.ts';
import { inTwoSteps, type TextMatcher, type TextMatching, type TextSource } from './text-source.ts';
import { createVerifiedText } from './verified-text.ts';
import { createWithinTermText } from './within-term.ts';

/**
 * `text` is folded and not empty. Without marks it is found whatever marks stand there; marks of its own are wanted in
 * titles and summaries. Names and labels are compared without: names cannot have any.
 */
export function createTextMatcher(matching: TextMatching, text: string): TextMatcher {
  const plain = withoutMarks(text);
  return plain === text ? createPlainText(matching, text) : createMarkedText(matching, text, plain);
}

function createPlainText(matching: TextMatching, text: string): TextMatcher {
  const sought = sliceOf(encode(text));
  const tier = (doc: number) => tierOfDoc(matching.index, doc, sought);
  return { ...sourceOf(matching, sought), text, isCacheable: true, tier };
}

function sourceOf(matching: TextMatching, sought: Slice): TextSource {
  if (sought.bytes.every(isTermByte)) return createWithinTermText(matching.index, sought);
  const source = isBoundary(sought) ? createBoundaryText(matching, sought) : createAcrossTermsText(matching, sought);
  return inTwoSteps(source, matching.sets);
}

function createMarkedText(matching: TextMatching, text: string, plain: string): TextMatcher {
  const { repositories } = matching.index;
  const found = createPlainText(matching, plain);
  const sought = sliceOf(encode(plain));
  const hasMarks = createMarksTest(text);
  const tier = (doc: number) => {
    const plainTier = found.tier(doc);
    if (plainTier !== TIER.text) return plainTier;
    return repositories.textsWithMarks(doc).some(hasMarks) ? plainTier : tierInLabels(matching.index, doc, sought);
  };
  const candidates = (within: Bitset) => holdersOf(matching, found, within);
  return createVerifiedText(matching, { text, maxDocs: found.maxDocs, candidates, tier });
}

function* holdersOf({ sets }: TextMatching, { collect }: TextSource, within: Bitset): Steps<Bitset> {
  const holders = sets.take();
  yield* collect(holders, within);
  return holders;
}
