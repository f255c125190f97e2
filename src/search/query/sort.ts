/** What comes first, or last where it is reversed. */
interface Order<By extends string> {
  readonly by: By;
  readonly reverse: boolean;
}

const OF_HITS = ['relevance', 'name', 'pushed'] as const;
const OF_TAGS = ['pushed', 'version', 'name'] as const;

/** The order of an answer: best first, a to z, newest push first. */
export type Sort = Order<(typeof OF_HITS)[number]>;
/** The order of tags: newest push first, versions from the lowest up, names in byte order. */
export type TagSort = Order<(typeof OF_TAGS)[number]>;

export const BEST_FIRST: Sort = { by: 'relevance', reverse: false };

/** Every order as it is written. */
export const SORTS: readonly string[] = written(OF_HITS);
export const TAG_SORTS: readonly string[] = written(OF_TAGS);

/** Reads one of `SORTS`; undefined for anything else. */
export function parseSort(text: string): Sort | undefined {
  return parseOrder(text, OF_HITS);
}

/** Reads one of `TAG_SORTS`; undefined for anything else. */
export function parseTagSort(text: string): TagSort | undefined {
  return parseOrder(text, OF_TAGS);
}

/** A minus turns an order round. */
function written(orders: readonly string[]): string[] {
  return orders.flatMap((by) => [by, `-${by}`]);
}

function parseOrder<By extends string>(text: string, orders: readonly By[]): Order<By> | undefined {
  const reverse = text.startsWith('-');
  const name = reverse ? text.slice(1) : text;
  const by = orders.find((known) => known === name);
  return by && { by, reverse };
}
