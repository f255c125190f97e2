import { removableOf } from '../../api/mass-deletion.ts';
import type { Index } from '../../dynamodb/open.ts';
import type { EventReportStore } from '../../dynamodb/state/event-report.ts';
import { progressOf } from '../../dynamodb/state/progress.ts';
import { addRemovals, removedLately } from './removal-window.ts';

export interface RemovalBrakeDeps {
  readonly store: Pick<EventReportStore, 'update'>;
  /** How many repositories the index had when all of them were last counted. */
  readonly countRepositories: (signal: AbortSignal) => Promise<number>;
  /** Milliseconds since 1970, by a clock that all indexers have. */
  readonly now: () => number;
}

/**
 * Whether one more repository may be removed from the index because of an event. All indexers count together: so many
 * within an hour as a resync may remove without being confirmed. Rejects with a ServiceError of the table.
 */
export type RemovalBrake = () => Promise<boolean>;

const TIMEOUT_MS = 10_000;

interface Waiting {
  readonly resolve: (may: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Removals that are asked for while one write is under way are counted by the next one together. */
export function createRemovalBrake({ store, countRepositories, now }: RemovalBrakeDeps): RemovalBrake {
  let waiting: Waiting[] = [];
  let isBusy = false;

  /** How many of `wanted` may be removed; those are counted. */
  const reserve = async (wanted: number, signal: AbortSignal): Promise<number> => {
    const removable = removableOf(await countRepositories(signal));
    let granted = 0;
    await store.update((stored) => {
      const left = removable - removedLately(stored.removals, now());
      granted = Math.max(0, Math.min(wanted, left));
      if (granted === 0) return stored;
      return { ...stored, removals: addRemovals(stored.removals, granted, now()) };
    }, signal);
    return granted;
  };

  const work = async () => {
    isBusy = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const granted = await reserve(batch.length, AbortSignal.timeout(TIMEOUT_MS));
        for (const [at, { resolve }] of batch.entries()) resolve(at < granted);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isBusy = false;
  };

  return () =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      if (!isBusy) void work();
    });
}

const KEPT_MS = 10 * 60_000;

/**
 * How many repositories an epoch had when its last resync or its backfill counted them; asked for every ten minutes at
 * most, by any clock that is never set. Rejects with a ServiceError of the table.
 */
export function createRepositoryCount(
  { resyncs, ranges }: Pick<Index, 'resyncs' | 'ranges'>,
  epoch: number,
  elapsedMs: () => number,
): (signal: AbortSignal) => Promise<number> {
  let counted: { readonly atMs: number; readonly repositories: number } | undefined;

  const count = async (signal: AbortSignal): Promise<number> => {
    const resync = await resyncs.read(signal);
    if (resync?.epoch === epoch && !resync.failure) return resync.repositories;
    const plan = await ranges.readPlan(epoch, signal);
    return plan ? progressOf(plan, await ranges.readProgress(plan, signal)).repositories : 0;
  };

  return async (signal) => {
    if (counted && elapsedMs() - counted.atMs < KEPT_MS) return counted.repositories;
    const repositories = await count(signal);
    counted = { atMs: elapsedMs(), repositories };
    return repositories;
  };
}
