import type { Condition, Query } from '../query/query.ts';
import { createConditionMatcher, type Matching } from './condition-matcher.ts';
import type { Fit } from './fit.ts';
import type { Matcher } from './matcher.ts';
import type { Steps } from './slices.ts';
import { hasSlot } from './slot-set.ts';
import { createTextCondition, type TextCondition } from './text-condition.ts';
import type { View } from './views.ts';

export interface Asked extends Matching {
  readonly query: Query;
  /** What may be seen; undefined is everything. */
  readonly view: View | undefined;
}

/** A query's conditions, ready to be matched. */
export interface Parts {
  /** Those that must hold; first those that hold for the fewest. */
  readonly wanted: readonly Weighed[];
  readonly unwanted: readonly Weighed[];
  /** Those of the wanted that are texts. */
  readonly texts: readonly TextCondition[];
}

export interface Weighed {
  readonly matcher: Matcher;
  /** For so many slots it holds at most. */
  readonly most: number;
}

export function* partsOf(asked: Asked): Steps<Parts> {
  const { all, none } = asked.query;
  const matcherOf = (one: Condition) => createConditionMatcher(asked, one);
  const texts = all.filter((one) => one.kind === 'text').map(({ text }) => createTextCondition(asked, text));
  const filters = all.filter((one) => one.kind !== 'text').map(matcherOf);
  const wanted = yield* weigh([...texts, ...filters]);
  return { wanted: wanted.sort((a, b) => a.most - b.most), unwanted: yield* weigh(none.map(matcherOf)), texts };
}

function* weigh(matchers: readonly Matcher[]): Steps<Weighed[]> {
  const weighed: Weighed[] = [];
  for (const matcher of matchers) {
    weighed.push({ matcher, most: yield* matcher.most() });
    yield;
  }
  return weighed;
}

/** How each text of a query fits a slot as it is now; undefined where the query does not ask for the slot. */
export function fitsOfSlot(
  { index, view }: Asked,
  { wanted, unwanted, texts }: Parts,
  slot: number,
): Fit[] | undefined {
  if (!hasSlot(index.live, slot) || !(view?.sees(slot) ?? true)) return undefined;
  if (!wanted.every(({ matcher }) => matcher.holds(slot))) return undefined;
  if (unwanted.some(({ matcher }) => matcher.holds(slot))) return undefined;
  return texts.flatMap((text) => text.fit(slot) ?? []);
}
