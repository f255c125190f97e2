import type { LiveIndex } from '../../support/index/live-index.ts';
import { corpus } from './corpus.ts';

const WRITERS = 16;

/** Makes the tables and writes so many repositories of the corpus, as a backfill leaves them. */
export async function fillIndex(live: LiveIndex, repositories: number): Promise<void> {
  await live.makeTables();
  await live.mark({ complete: true });
  const records = [...corpus(repositories)];
  const shares = Array.from({ length: WRITERS }, (_, writer) =>
    records.filter((_record, at) => at % WRITERS === writer),
  );
  await Promise.all(shares.map((share) => live.put(1, share)));
}
