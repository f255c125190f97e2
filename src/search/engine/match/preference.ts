import type { Preference } from '../../api.ts';
import type { Condition, Query } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { isChart } from '../index/orders.ts';
import { createProfileMatcher } from './conditions.ts';
import type { Matcher } from './matcher.ts';
import { KIND_WORDS } from './text/kind-words.ts';
import { isTextQuery } from './text/text-condition.ts';

export interface Preferring {
  readonly index: InvertedIndex;
  readonly query: Query;
  readonly prefer?: Preference | undefined;
}

/** What is put back behind what is preferred; undefined where nothing is, or the query itself says what it wants. */
export function demotedBy({ index, query, prefer }: Preferring): Matcher | undefined {
  if (prefer === undefined || query.all.some(saysKind) || query.none.some(saysKind)) return undefined;
  return createProfileMatcher(index, isChart);
}

function saysKind(condition: Condition): boolean {
  if (condition.kind === 'any') return condition.of.some(saysKind);
  if (isTextQuery(condition)) return KIND_WORDS.get(condition.text) === 'helm';
  return condition.kind === 'type';
}
