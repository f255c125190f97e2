import type { Relaxation } from '../../query/hint.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { Interpretation } from '../interpret/interpretation.ts';
import type { VisibleIndex } from '../match/visibility.ts';
import type { Steps } from '../structures/scheduler.ts';
import { inflections } from './inflections.ts';
import { sameWords } from './same-words.ts';
import { beginsInName, countNames } from './visible-names.ts';

/**
 * A query in which a word that no name has means another one as well: `es`, which is inside of many words, also
 * `elasticsearch`, and `users` also `user`. All that it finds as it was typed it finds still.
 */
export function* widen(viewing: VisibleIndex, query: Query): Steps<Interpretation> {
  const all: Condition[] = [];
  const relaxed: Relaxation[] = [];
  for (const condition of query.all) {
    const other = condition.kind === 'text' ? yield* otherWord(viewing, condition.text) : undefined;
    all.push(other?.condition ?? condition);
    if (other) relaxed.push(other.relaxation);
  }
  return { query: relaxed.length > 0 ? { ...query, all } : query, relaxed };
}

/** A word that was typed, as a condition that finds more than itself. */
export interface OtherWord {
  readonly condition: Condition;
  readonly relaxation: Relaxation;
}

/** The words that names have and that a word may stand for; undefined where names have the word itself. */
export function* otherWord(viewing: VisibleIndex, text: string): Steps<OtherWord | undefined> {
  const same = sameWords(text);
  // What holds the word is found as it is.
  const others = [...same, ...inflections(text)]
    .filter((letters) => !letters.includes(text))
    .map((letters) => ({ letters, count: countNames(viewing, letters) }));
  const known = others.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const [most] = known;
  if (!most) return undefined;
  const isSame = same.includes(most.letters);
  // A short word is inside of others wherever it stands, but for where it is a word itself.
  const stands = isSame ? countNames(viewing, text) > 0 : yield* beginsInName(viewing, text);
  if (stands) return undefined;
  return {
    condition: { kind: 'spelled', text, as: known.map(({ letters }) => ({ kind: 'word', letters })) },
    relaxation: {
      kind: isSame ? 'abbreviation' : 'inflection',
      typed: text,
      meant: known.map(({ letters }) => letters).join(' or '),
    },
  };
}
