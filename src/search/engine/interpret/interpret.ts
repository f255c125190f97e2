import type { Relaxation } from '../../query/hint.ts';
import type { Condition, Query, TagClause } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { respell } from '../spelling/respell.ts';
import type { Steps } from '../structures/scheduler.ts';
import { readAsReference, readDigestAsText } from './as-reference.ts';
import { leaveWordsOut } from './fewer-words.ts';
import type { Interpretation, Interpreter, Interpreting, Preference } from './interpretation.ts';

/** What is tried one after another on words that nothing matches. */
const INTERPRETERS: readonly Interpreter[] = [respell, leaveWordsOut];

/** What something was found for. */
export interface Interpreted<Page> {
  readonly query: Query;
  readonly relaxed: readonly Relaxation[];
  readonly page: Page;
}

/** Searches a query; undefined where it finds nothing. */
export type Try<Page> = (query: Query) => Steps<Page | undefined>;

/**
 * Finds what may be meant by a query that matches nothing as it was typed: a reference that was pasted, then words that
 * are spelled in another way, then fewer of them. Undefined where none of it finds anything.
 */
export function* interpret<Page>(
  index: InvertedIndex,
  asked: Interpreting,
  tryQuery: Try<Page>,
): Steps<Interpreted<Page> | undefined> {
  const reading = readAsReference(asked.query);
  const first = [...(reading?.meanings ?? []), ...some(readDigestAsText(asked.query))];
  const found = yield* firstOf(first, tryQuery);
  if (found) return found;
  const words = reading?.words ?? { query: asked.query, relaxed: [] };
  for (const interpreter of INTERPRETERS) {
    const meanings = yield* interpreter(index, { ...asked, query: words.query });
    const found = yield* firstOf(
      meanings.map((meaning) => after(words, meaning)),
      tryQuery,
    );
    if (found) return found;
  }
  return yield* firstOf(reading?.shorter ?? [], tryQuery);
}

function some<T>(one: T | undefined): T[] {
  return one === undefined ? [] : [one];
}

/** What was read from the words that another interpretation has left. */
function after(words: Interpretation, { query, relaxed }: Interpretation): Interpretation {
  return { ...words, query, relaxed: [...words.relaxed, ...relaxed] };
}

function* firstOf<Page>(
  meanings: readonly Interpretation[],
  tryQuery: Try<Page>,
): Steps<Interpreted<Page> | undefined> {
  for (const { query, relaxed, preferred = [] } of meanings) {
    const page = yield* tryQuery(query);
    if (page) return yield* prefer({ query, relaxed, page }, preferred, tryQuery);
  }
  return undefined;
}

/** Narrows what was found to what has the preferred tag and digest, or one of them; says which it has not. */
function* prefer<Page>(
  found: Interpreted<Page>,
  preferred: readonly Preference[],
  tryQuery: Try<Page>,
): Steps<Interpreted<Page>> {
  if (preferred.length === 0) return found;
  const wholeAndEach = preferred.length > 1 ? [preferred, ...preferred.toReversed().map((one) => [one])] : [preferred];
  for (const some of wholeAndEach) {
    const query = some.reduce(withPreference, found.query);
    const page = yield* tryQuery(query);
    const missing = preferred.filter((one) => !some.includes(one));
    if (page) return { query, page, relaxed: [...found.relaxed, ...missing.map((one) => without(found, one))] };
  }
  // Others had a turn since it was found.
  const page = (yield* tryQuery(found.query)) ?? found.page;
  return { ...found, page, relaxed: [...found.relaxed, ...preferred.map((one) => without(found, one))] };
}

function without<Page>({ query }: Interpreted<Page>, missing: Preference): Relaxation {
  const [first] = query.all;
  const name = first?.kind === 'name' ? first.path : first?.kind === 'text' ? first.text : '';
  return { ...missing, name };
}

/** All conditions on tags are one. */
function withPreference(query: Query, preference: Preference): Query {
  if (preference.kind === 'digest') return { ...query, all: [...query.all, preference] };
  const { names, ...rest } = query.all.find((one) => one.kind === 'tag')?.clause ?? ANY_TAG;
  const clause: TagClause = { ...rest, names: names.length > 0 ? names : [{ text: preference.tag, match: 'exact' }] };
  const others: Condition[] = query.all.filter(({ kind }) => kind !== 'tag');
  return { ...query, all: [...others, { kind: 'tag', clause }] };
}

const ANY_TAG: TagClause = { names: [], platforms: [], fromMs: undefined, beforeMs: undefined };
