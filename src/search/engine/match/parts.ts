import type { Preference } from '../../api.ts';
import { CHART, type Condition, type Query } from '../../query/query.ts';
import { isChart } from '../index/orders.ts';
import { createConditionMatcher, type Matching } from './conditions.ts';
import type { Matcher } from './matcher.ts';
import { createAttributesMatcher } from './attributes.ts';
import { KIND_WORDS, STOP_WORDS } from './text/common-words.ts';
import { createNameCondition, createTextCondition, isTextQuery, type TextCondition } from './text/text-condition.ts';
import { createWordCondition } from './text/word-condition.ts';
import type { VisibilityFilter } from './visibility.ts';

export interface Asked extends Matching {
  readonly query: Query;
  readonly prefer?: Preference | undefined;
  /** Whether words are nothing but texts: see `createWordCondition`. */
  readonly areTexts?: boolean;
  /** The repositories that may be seen; undefined is all of them. */
  readonly view: VisibilityFilter | undefined;
}

/** A query's conditions, ready to be matched. */
export interface Parts {
  /** Texts and filters are wanted, all of them. */
  readonly texts: readonly TextCondition[];
  readonly filters: readonly Matcher[];
  readonly unwanted: readonly Matcher[];
  /** Matches what ranks behind the rest, such as charts for docker. */
  readonly demoted: Matcher | undefined;
}

/** The longest text first: it narrows most. Stop words and repetitions must match too, but do not count in the ranking. */
export function partsOf(asked: Omit<Asked, 'view'>): Parts {
  const { all, none } = asked.query;
  const matcherOf = (one: Condition) => createConditionMatcher(asked, one);
  const isText = (one: Condition) => isTextQuery(one) || one.kind === 'name';
  const telling = tellingWords(all.filter(isText));
  const longestFirst = telling.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const texts = longestFirst.flatMap((one) => textConditionOf(asked, one) ?? []);
  const uncounted = all.filter((one) => isText(one) && !telling.includes(one));
  const filters = [
    ...uncounted.flatMap((one) => textConditionOf(asked, one) ?? []),
    ...all.filter((one) => !isText(one)).map(matcherOf),
  ];
  return { texts, filters, unwanted: none.map(matcherOf), demoted: demotedBy(asked) };
}

/** Undefined for a condition on neither text nor name. */
function textConditionOf(asked: Omit<Asked, 'view'>, condition: Condition): TextCondition | undefined {
  if (isTextQuery(condition)) return (asked.areTexts ? createTextCondition : createWordCondition)(asked, condition);
  return condition.kind === 'name' ? createNameCondition(asked, condition.path) : undefined;
}

function lengthOf(condition: Condition): number {
  if (condition.kind === 'name') return condition.path.length;
  return isTextQuery(condition) ? condition.text.length : 0;
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

/** What ranks behind what the client prefers; undefined without a preference, or where the query itself names a kind. */
function demotedBy({ index, query, prefer }: Pick<Asked, 'index' | 'query' | 'prefer'>): Matcher | undefined {
  if (prefer === undefined || query.all.some(saysKind) || query.none.some(saysKind)) return undefined;
  return createAttributesMatcher(index, isChart);
}

function saysKind(condition: Condition): boolean {
  if (condition.kind === 'any') return condition.of.some(saysKind);
  if (isTextQuery(condition)) return KIND_WORDS.get(condition.text) === CHART;
  return condition.kind === 'type';
}
