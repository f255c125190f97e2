import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { TablesObservation } from './observation.ts';
import { isRecordedTable } from './ownership.ts';

/**
 * The ownership record of new tables, of which nothing is filled yet. Epochs count from 1 again only if the status and
 * both tables are lost; a worker of an earlier life has then met missing tables, which ends it.
 */
export function firstOwnership(seen: TablesObservation): OwnershipRecord {
  const { wanted, known, nowMs, newNudgeKey } = seen;
  const repositoryTable = isRecordedTable(seen) ? known.repositoryTable : undefined;
  return {
    owner: wanted.owner,
    ownerSeenAtMs: nowMs,
    epoch: known.epoch + 1,
    repositoryTable,
    source: wanted.source,
    feedShards: wanted.feedShards,
    intent: repositoryTable === undefined ? 'creating' : 'none',
    complete: false,
    refill: known.completedOnce,
    startedAtMs: nowMs,
    completedAtMs: undefined,
    nudgeKey: newNudgeKey,
    access: wanted.access,
  };
}

/**
 * The ownership record once the repository table is created, but for its identity. What was filled before is of another
 * table.
 */
export function ownershipAfterCreation(ownership: OwnershipRecord, nowMs: number): OwnershipRecord {
  return ownership.repositoryTable === undefined ? ownership : newEpoch(ownership, nowMs);
}

/** The next epoch of the same tables. Workers of the one before may no longer write their progress. */
export function newEpoch(ownership: OwnershipRecord, nowMs: number): OwnershipRecord {
  return {
    ...ownership,
    epoch: ownership.epoch + 1,
    complete: false,
    refill: ownership.refill || ownership.complete,
    startedAtMs: nowMs,
    completedAtMs: undefined,
  };
}
