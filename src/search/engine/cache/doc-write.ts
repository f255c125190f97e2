import type { InvertedIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/ngrams.ts';
import { allOf, type DocTexts, docTextsOf } from '../index/text-postings.ts';
/** A doc that was written or removed, as cached results see it. */
export interface DocWrite {
  readonly doc: number;
  /** Whether name, title, summary or labels may have changed. */
  readonly hasNewTexts: boolean;
  /** Its texts if they have all these pairs of letters; otherwise no text with these pairs is in them. */
  textsWith(pairs: readonly number[]): DocTexts | undefined;
}

/** Valid until the next write. */
export function docWriteOf(index: InvertedIndex, doc: number, hasNewTexts = true): DocWrite {
  let read: { readonly texts: DocTexts | undefined; readonly has: (pair: number) => boolean } | undefined;
  return {
    doc,
    hasNewTexts,
    textsWith(pairs) {
      read ??= readTexts(index, doc);
      return pairs.every(read.has) ? read.texts : undefined;
    },
  };
}

function readTexts(index: InvertedIndex, doc: number) {
  const texts = docTextsOf(index, doc);
  return { texts, has: letterPairsOf(allOf(texts)).has };
}
