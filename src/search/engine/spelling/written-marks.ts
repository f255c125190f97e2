import { createMarksTest, withoutMarks } from '../../fold.ts';
import { FEW_READ_DOCS, STEP } from '../cost-model.ts';
import type { Interpreting } from '../interpret/interpretation.ts';
import { createTextMatcher } from '../match/text/text-matcher.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import { countDocs, docsOf, intersect } from '../structures/bitset.ts';
import type { Steps } from '../structures/scheduler.ts';

interface MarksSearch extends VisibleIndex, Pick<Interpreting, 'newBitsets'> {}

/**
 * Whether a word of a title or a summary that may be seen begins with a text, with the very marks that it has here: no
 * word of `Einödhof` begins with `nöd`. Where more than a thousand repositories have its letters, these are the letters
 * of another word, and none is read.
 */
export function* hasWithMarks({ index, view, newBitsets }: MarksSearch, text: string): Steps<boolean> {
  const within = view?.set ?? index.live;
  const hasMarks = createMarksTest(text, { beginsWord: true });
  const sets = newBitsets();
  try {
    const holders = sets.take();
    yield* createTextMatcher({ index, sets }, withoutMarks(text)).collect(holders, within);
    intersect(holders, within);
    if (countDocs(holders) > FEW_READ_DOCS) return false;
    const docs = docsOf(holders);
    for (let at = 0; at < docs.length; at += 1) {
      const doc = docs[at] ?? 0;
      if ((view?.matches(doc) ?? true) && index.repositories.textsWithMarks(doc).some(hasMarks)) return true;
      if ((at + 1) % STEP.texts === 0) yield;
    }
    return false;
  } finally {
    sets.end();
  }
}
