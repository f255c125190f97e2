import { createRandom, zipf } from '../../support/random.ts';

const MIX = 20_000;

/** What a client asks for a query, and for 25 rows. */
export function pathOf(query: string): string {
  return `/v1/search?q=${encodeURIComponent(query)}&n=25`;
}

/** Paths as many people ask for them: a few of the queries often, most seldom. */
export function repeatedMix(queries: readonly string[]): string[] {
  const random = createRandom(3);
  const shuffled = queries.map((query) => ({ query, at: random.next() })).sort((a, b) => a.at - b.at);
  const rank = zipf(random, shuffled.length, 1);
  return Array.from({ length: MIX }, () => pathOf(shuffled[rank()]?.query ?? ''));
}
