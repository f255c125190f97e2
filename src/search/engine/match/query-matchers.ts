import type { PreferredType } from '../../api.ts';
import { CHART, type Condition, type Query } from '../../query/query.ts';
import { isChart } from '../index/orders.ts';
import { createAttributesMatcher } from './attributes.ts';
import { createConditionMatcher, type Matching } from './conditions.ts';
import type { Matcher } from './matcher.ts';
import { KIND_WORDS, STOP_WORDS } from './text/common-words.ts';
import { createNameMatcher } from './text/name-matcher.ts';
import { createTieredTextMatcher, isTextual, type TieredMatcher } from './text/tiered-matcher.ts';
import { createWordMatcher } from './text/word-matcher.ts';
import type { VisibilityFilter } from './visibility.ts';

export interface MatchRequest extends Matching {
  readonly query: Query;
  readonly prefer?: PreferredType | undefined;
  /** Whether words are nothing but texts: see `createWordMatcher`. */
  readonly areTexts?: boolean;
  /** The repositories that may be seen; undefined is all of them. */
  readonly view: VisibilityFilter | undefined;
}

/** A query's conditions, ready to be matched. */
export interface QueryMatchers {
  /** Texts and filters are wanted, all of them. */
  readonly texts: readonly TieredMatcher[];
  readonly filters: readonly Matcher[];
  readonly unwanted: readonly Matcher[];
  /** Matches what ranks behind the rest, such as charts for docker. */
  readonly demoted: Matcher | undefined;
}

/**
 * The longest text first: it narrows most. Stop words and repetitions must match too, but do not count in the ranking.
 */
export function matchersOf(request: MatchRequest): QueryMatchers {
  const { all, none } = request.query;
  const matcherOf = (one: Condition) => createConditionMatcher(request, one);
  const telling = tellingWords(all.filter(isOfTexts));
  const longestFirst = telling.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const texts = longestFirst.flatMap((one) => tieredMatcherOf(request, one) ?? []);
  const uncounted = all.filter((one) => isOfTexts(one) && !telling.includes(one));
  const filters = [
    ...uncounted.flatMap((one) => tieredMatcherOf(request, one) ?? []),
    ...all.filter((one) => !isOfTexts(one)).map(matcherOf),
  ];
  return { texts, filters, unwanted: none.map(matcherOf), demoted: demotedBy(request) };
}

/** Whether a condition is on text or name. */
export function isOfTexts(condition: Condition): boolean {
  return isTextual(condition) || condition.kind === 'name';
}

/** Undefined for a condition on neither text nor name. */
function tieredMatcherOf(request: MatchRequest, condition: Condition): TieredMatcher | undefined {
  if (isTextual(condition)) return (request.areTexts ? createTieredTextMatcher : createWordMatcher)(request, condition);
  return condition.kind === 'name' ? createNameMatcher(request, condition.path) : undefined;
}

function lengthOf(condition: Condition): number {
  if (condition.kind === 'name') return condition.path.length;
  return isTextual(condition) ? condition.text.length : 0;
}

/** The words that a repository is judged by: each once, without stop words where there are others. */
function tellingWords(words: readonly Condition[]): readonly Condition[] {
  const once = words.filter((one, at) => words.findIndex((other) => isSameText(one, other)) === at);
  const telling = once.filter((one) => one.kind !== 'text' || !STOP_WORDS.has(one.text));
  return telling.length === 0 ? once : telling;
}

function isSameText(one: Condition, other: Condition): boolean {
  return one === other || (one.kind === 'text' && other.kind === 'text' && one.text === other.text);
}

/**
 * What ranks behind what the client prefers; undefined without a preference, or where the query itself names a kind.
 */
function demotedBy({ index, query, prefer }: Pick<MatchRequest, 'index' | 'query' | 'prefer'>): Matcher | undefined {
  if (prefer === undefined || query.all.some(saysKind) || query.none.some(saysKind)) return undefined;
  return createAttributesMatcher(index, isChart);
}

function saysKind(condition: Condition): boolean {
  if (condition.kind === 'any') return condition.of.some(saysKind);
  if (isTextual(condition)) return KIND_WORDS.get(condition.text) === CHART;
  return condition.kind === 'type';
}
