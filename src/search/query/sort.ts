import type { Sort } from './query.ts';

export const BEST_FIRST: Sort = { by: 'relevance', reverse: false };

const BY: readonly Sort['by'][] = ['relevance', 'name', 'pushed'];
/** Every order as it is written. */
export const SORTS: readonly string[] = BY.flatMap((by) => [by, `-${by}`]);

/** Reads `relevance`, `name` or `pushed`, with a minus for the other way round; undefined for anything else. */
export function parseSort(text: string): Sort | undefined {
  const reverse = text.startsWith('-');
  const name = reverse ? text.slice(1) : text;
  const by = BY.find((known) => known === name);
  return by && { by, reverse };
}
