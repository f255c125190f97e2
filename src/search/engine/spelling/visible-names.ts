import { type Field, listOf, NAME_FIELDS } from '../index/fields.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import { encode, sliceOf } from '../structures/bytes.ts';
import type { Steps } from '../structures/scheduler.ts';

/** How many names that may be seen have this very term; or else texts of these fields. */
export function countNames(viewing: VisibleIndex, word: string, fields: readonly Field[] = NAME_FIELDS): number {
  const term = viewing.index.terms.find(sliceOf(encode(word)));
  return term < 0 ? 0 : countFields(viewing, term, fields);
}

function countFields({ index: { terms }, view }: VisibleIndex, term: number, fields: readonly Field[]): number {
  let count = 0;
  for (const field of fields) {
    const list = listOf(term, field);
    count += view ? terms.lists.countIn(list, view.set) : terms.lists.count(list);
  }
  return count;
}

/** Whether a term of a name that may be seen begins with these letters, which are not empty. */
export function* beginsInName(viewing: VisibleIndex, letters: string): Steps<boolean> {
  let begins = false;
  yield* viewing.index.terms.eachMatch(sliceOf(encode(letters)), (term, which) => {
    begins ||= which !== 'inside' && countFields(viewing, term, NAME_FIELDS) > 0;
  });
  return begins;
}
