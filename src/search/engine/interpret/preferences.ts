import type { Relaxation } from '../../query/hint.ts';
import type { Condition, Query, TagClause, TagName } from '../../query/query.ts';
import type { Steps } from '../structures/scheduler.ts';
import type { Interpretation, Interpreted, Preference, Try } from './interpretation.ts';

/** The same interpretation, with all preferences as filters. */
export function strict({ query, relaxed, preferred = [] }: Interpretation): Interpretation {
  return { query: preferred.reduce(withPreference, query), relaxed };
}

/**
 * Narrows what was found to what has the preferred tag and digest, or one of them; `relaxed` names those that it lacks.
 */
export function* prefer<Page>(
  found: Interpreted<Page>,
  preferred: readonly Preference[],
  tryQuery: Try<Page>,
): Steps<Interpreted<Page>> {
  if (preferred.length === 0) return found;
  for (const some of choicesOf(preferred)) {
    const query = some.reduce(withPreference, found.query);
    const page = yield* tryQuery(query);
    const missing = preferred.filter((one) => !some.includes(one));
    if (page) return { query, page, relaxed: [...found.relaxed, ...missing.map((one) => leave(found, one))] };
  }
  // Others had a turn since it was found.
  const page = (yield* tryQuery(found.query)) ?? found.page;
  return { ...found, page, relaxed: [...found.relaxed, ...preferred.map((one) => leave(found, one))] };
}

/**
 * All of them, each alone, a digest before a tag; then the tag as the beginning of others: `22` of `22.1` and
 * `22-alpine`.
 */
function choicesOf(preferred: readonly Preference[]): (readonly Preference[])[] {
  const each = preferred.length > 1 ? preferred.toReversed().map((one) => [one]) : [];
  const beginnings = preferred.flatMap((one): Preference[][] =>
    one.kind === 'tag' ? [[{ kind: 'tagStart', tag: one.tag }]] : [],
  );
  return [preferred, ...each, ...beginnings];
}

function leave<Page>({ query }: Interpreted<Page>, missing: Preference): Relaxation {
  const [first] = query.all;
  const name = first?.kind === 'name' ? first.path : first?.kind === 'text' ? first.text : '';
  return missing.kind === 'digest' ? { ...missing, name } : { kind: 'tag', tag: missing.tag, name };
}

/** All conditions on tags are one. */
export function withPreference(query: Query, preference: Preference): Query {
  const tagged = query.all.find((one) => one.kind === 'tag');
  const others: Condition[] = query.all.filter((one) => one !== tagged);
  if (preference.kind === 'digest') return { ...query, all: [...others, preference, ...(tagged ? [tagged] : [])] };
  const { names, ...rest } = tagged?.clause ?? ANY_TAG;
  const clause: TagClause = { ...rest, names: names.length > 0 ? names : tagNamesOf(preference) };
  return { ...query, all: [...others, { kind: 'tag', clause }] };
}

function tagNamesOf({ kind, tag }: Exclude<Preference, { kind: 'digest' }>): TagName[] {
  if (kind === 'tag') return [{ text: tag, match: 'exact' }];
  return ['.', '-'].map((separator) => ({ text: `${tag}${separator}`, match: 'prefix' }));
}

const ANY_TAG: TagClause = { names: [], platforms: [], fromMs: undefined, beforeMs: undefined };
