import type { Index } from '../../dynamodb/open.ts';
import { progressOf } from '../../dynamodb/state/progress.ts';

const KEPT_MS = 10 * 60_000;

/**
 * How many repositories an epoch had when its last resync or its backfill counted them; asked for every ten minutes at
 * most. Rejects with a ServiceError of the table.
 */
export function createRepositoryCount(
  { resyncs, ranges }: Pick<Index, 'resyncs' | 'ranges'>,
  epoch: number,
  now: () => number,
): (signal: AbortSignal) => Promise<number> {
  let counted: { readonly atMs: number; readonly repositories: number } | undefined;

  const count = async (signal: AbortSignal): Promise<number> => {
    const resync = await resyncs.read(signal);
    if (resync?.epoch === epoch && !resync.failure) return resync.repositories;
    const plan = await ranges.readPlan(epoch, signal);
    return plan ? progressOf(plan, await ranges.readProgress(plan, signal)).repositories : 0;
  };

  return async (signal) => {
    if (counted && now() - counted.atMs < KEPT_MS) return counted.repositories;
    const repositories = await count(signal);
    counted = { atMs: now(), repositories };
    return repositories;
  };
}
