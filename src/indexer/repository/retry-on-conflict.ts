import { backoffMs } from '../../async/retry.ts';
import { sleep } from '../../async/sleep.ts';
import type { IndexerDeps, RepositoryOutcome } from './outcome.ts';

/** `conflict`: another writer was faster. */
export type Attempt = RepositoryOutcome | 'conflict';

const ATTEMPTS = 5;
const JITTER = { baseMs: 50, capMs: 2_000 };

/** Repeats an attempt, which reads and writes a record, while it ends in a conflict; `contended` after five. */
export async function retryOnConflict(
  { random = Math.random }: Pick<IndexerDeps, 'random'>,
  attempt: () => Promise<Attempt>,
  signal: AbortSignal,
): Promise<RepositoryOutcome> {
  for (let tried = 0; tried < ATTEMPTS; tried += 1) {
    if (tried > 0) await sleep(backoffMs(tried, { ...JITTER, random }), signal);
    signal.throwIfAborted();
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
  }
  return { result: 'contended', record: undefined, faults: [] };
}
