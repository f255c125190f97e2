import type { Sort } from './query.ts';

export const BEST_FIRST: Sort = { by: 'relevance', reverse: false };

const ORDERS: ReadonlyMap<string, Sort['by']> = new Map(
  (['relevance', 'name', 'pushed'] as const).map((by) => [by, by] as const),
);

/** Reads `relevance`, `name` or `pushed`, with a minus for the other way round; undefined for anything else. */
export function parseSort(text: string): Sort | undefined {
  const reverse = text.startsWith('-');
  const by = ORDERS.get(reverse ? text.slice(1) : text);
  return by && { by, reverse };
}
