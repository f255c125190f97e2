import type { InvertedIndex } from '../index/inverted-index.ts';
import { type Field, listOf, NAME_FIELDS } from '../index/tokens.ts';
import type { VisibilityFilter } from '../match/visibility.ts';
import { hasDoc } from '../structures/bitset.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';

export interface Viewing {
  readonly index: InvertedIndex;
  /** Undefined is everything. */
  readonly view: VisibilityFilter | undefined;
}

/** How many names that may be seen have this very word; or else texts of these fields. */
export function countNames(viewing: Viewing, word: string, fields: readonly Field[] = NAME_FIELDS): number {
  const number = viewing.index.words.find(sliceOf(encode(word)));
  return number < 0 ? 0 : countFields(viewing, number, fields);
}

function countFields({ index: { words }, view }: Viewing, word: number, fields: readonly Field[]): number {
  let count = 0;
  for (const field of fields) {
    const list = listOf(word, field);
    if (!view) count += words.lists.count(list);
    else for (const doc of words.lists.docs(list)) count += Number(hasDoc(view.set, doc));
  }
  return count;
}

/** Whether a word of a name that may be seen begins with these letters, which are not empty. */
export function* beginsInName(viewing: Viewing, letters: string): Steps<boolean> {
  let begins = false;
  yield* viewing.index.words.eachMatch(sliceOf(encode(letters)), (word, part) => {
    begins ||= part !== 'inside' && countFields(viewing, word, NAME_FIELDS) > 0;
  });
  return begins;
}
