import type { InvertedIndex } from '../index/inverted-index.ts';
import { listOf } from '../index/term-dictionary.ts';
import { NAME_FIELDS } from '../index/tokens.ts';
import type { VisibilityFilter } from '../match/visibility.ts';
import { hasDoc } from '../structures/bitset.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';

export interface Viewing {
  readonly index: InvertedIndex;
  /** Undefined is everything. */
  readonly view: VisibilityFilter | undefined;
}

/** How many names that may be seen have this very word. */
export function countNames({ index: { words }, view }: Viewing, word: string): number {
  const number = words.find(sliceOf(encode(word)));
  return number < 0 ? 0 : countNamesOf({ index: { words }, view }, number);
}

interface WordViewing {
  readonly index: Pick<InvertedIndex, 'words'>;
  readonly view: VisibilityFilter | undefined;
}

function countNamesOf({ index: { words }, view }: WordViewing, word: number): number {
  let count = 0;
  for (const field of NAME_FIELDS) {
    const list = listOf(word, field);
    if (!view) count += words.lists.count(list);
    else for (const doc of words.lists.docs(list)) count += Number(hasDoc(view.set, doc));
  }
  return count;
}

/** Whether a word of a name that may be seen begins with these letters, which are not empty. */
export function* beginsInName({ index, view }: Viewing, letters: string): Steps<boolean> {
  let begins = false;
  yield* index.words.eachMatch(sliceOf(encode(letters)), (word, part) => {
    begins ||= part !== 'inside' && countNamesOf({ index, view }, word) > 0;
  });
  return begins;
}
