import type { InvertedIndex } from '../index/inverted-index.ts';
import { letterPairsOf } from '../index/ngrams.ts';
import { type DocTexts, docTextsOf } from '../rank/doc-tier.ts';

/** The docs that are written while a query lets others have a turn. */
export interface ChangeLog {
  written(doc: number): void;
  watch(): Watch;
  /** Calls `then` when no query watches any more. */
  whenUnwatched(then: () => void): void;
}

export interface Watch {
  /** Docs written since the watch began; the query takes them out as it rechecks them. */
  readonly docs: Set<number>;
  end(): void;
}

export function createChangeLog(): ChangeLog {
  const watches = new Set<Set<number>>();
  const waiting: (() => void)[] = [];

  const end = (docs: Set<number>) => {
    watches.delete(docs);
    if (watches.size > 0) return;
    for (const then of waiting.splice(0)) then();
  };

  return {
    written(doc) {
      for (const docs of watches) docs.add(doc);
    },
    watch() {
      const docs = new Set<number>();
      watches.add(docs);
      return { docs, end: () => end(docs) };
    },
    whenUnwatched(then) {
      if (watches.size > 0) waiting.push(then);
      else then();
    },
  };
}

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
  const { has } = letterPairsOf(texts ? [texts.name, ...texts.others, ...texts.addresses] : []);
  return { texts, has };
}
