import { respell } from '../spelling/respell.ts';
import type { Steps } from '../structures/scheduler.ts';
import { readAsNumberedName, readAsTag, readAsVersion, readColon, readDigestAsText } from './as-filter.ts';
import { type ReferenceReading, readAsReference } from './as-reference.ts';
import { leaveWordsOut } from './fewer-words.ts';
import type { Interpretation, Interpreted, Interpreter, Interpreting, Try } from './interpretation.ts';
import { prefer, strict } from './preferences.ts';

/** What is tried one after another on words that nothing matches. */
const INTERPRETERS: readonly Interpreter[] = [readAsVersion, readAsNumberedName, readAsTag, respell, leaveWordsOut];

/**
 * Finds what may be meant by a query that matches nothing as it was typed: a reference that was pasted, then a filter
 * that was written otherwise, then words that say which tag, then words spelled another way, then fewer of them.
 * Undefined where none of it finds anything.
 */
export function* interpret<Page>(asked: Interpreting, tryQuery: Try<Page>): Steps<Interpreted<Page> | undefined> {
  const reading = readAsReference(asked.query);
  const words = reading?.words ?? { query: asked.query, relaxed: [] };
  const found = yield* firstMeaning(meaningsOf(asked, reading), tryQuery);
  if (found) return found;
  for (const interpreter of INTERPRETERS) {
    const meanings = yield* interpreter({ ...asked, query: words.query });
    const spelled = yield* firstMeaning(
      meanings.map((meaning) => after(words, meaning)),
      tryQuery,
    );
    if (spelled) return spelled;
  }
  return yield* firstMeaning(reading?.shorter ?? [], tryQuery);
}

/** Those that take each word as it was typed. */
function meaningsOf({ query }: Interpreting, reading: ReferenceReading | undefined): Interpretation[] {
  const [label, ...apart] = readColon(query);
  return [
    ...(reading?.named ?? []),
    ...(label ? [label] : []),
    ...(reading ? [strict(reading.words)] : []),
    ...apart,
    ...(reading ? [reading.words] : []),
    ...readDigestAsText(query),
  ];
}

/** What was read from the words that another interpretation has left. */
function after(words: Interpretation, { query, relaxed, preferred = [] }: Interpretation): Interpretation {
  return {
    query,
    relaxed: [...words.relaxed, ...relaxed],
    preferred: [...(words.preferred ?? []), ...preferred],
  };
}

/** The first meaning that finds something. */
export function* firstMeaning<Page>(
  meanings: readonly Interpretation[],
  tryQuery: Try<Page>,
): Steps<Interpreted<Page> | undefined> {
  for (const { query, relaxed, preferred = [] } of meanings) {
    const page = yield* tryQuery(query);
    if (page) return yield* prefer({ query, relaxed, page }, preferred, tryQuery);
  }
  return undefined;
}
