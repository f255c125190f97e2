import type { Condition, Query } from '../query/query.ts';
import { createConditionMatcher, type Matching } from './condition-matcher.ts';
import type { Fit } from './fit.ts';
import type { Matcher } from './matcher.ts';
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
  /** Texts and filters are wanted, all of them. */
  readonly texts: readonly TextCondition[];
  readonly filters: readonly Matcher[];
  readonly unwanted: readonly Matcher[];
}

export function partsOf(asked: Omit<Asked, 'view'>): Parts {
  const { all, none } = asked.query;
  const matcherOf = (one: Condition) => createConditionMatcher(asked, one);
  const texts = all.filter((one) => one.kind === 'text').map(({ text }) => createTextCondition(asked, text));
  const filters = all.filter((one) => one.kind !== 'text').map(matcherOf);
  return { texts, filters, unwanted: none.map(matcherOf) };
}

/** How each text of a query fits a slot as it is now; undefined where the query does not ask for the slot. */
export function fitsOfSlot(
  { index, view }: Pick<Asked, 'index'> & { readonly view: Pick<View, 'holds'> | undefined },
  parts: Parts,
  slot: number,
): Fit[] | undefined {
  if (!hasSlot(index.live, slot) || !(view?.holds(slot) ?? true)) return undefined;
  const fits: Fit[] = [];
  for (const text of parts.texts) {
    const fit = text.fit(slot);
    if (fit === undefined) return undefined;
    fits.push(fit);
  }
  const isAsked = parts.filters.every((one) => one.holds(slot)) && !parts.unwanted.some((one) => one.holds(slot));
  return isAsked ? fits : undefined;
}
