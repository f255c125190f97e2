import type { Marker } from '../dynamodb/state/marker.ts';
import type { TablesObservation } from './observation.ts';
import { isProven } from './ownership.ts';

/**
 * The marker of tables that begin: nothing is filled yet, and search has nothing to keep unless it once had. Epochs count
 * from 1 again only where the status and both tables are lost; a worker from before has then met tables that were
 * missing, which ends it.
 */
export function firstMarker(seen: TablesObservation): Marker {
  const { claim, known, nowMs } = seen;
  const repositoryTable = isProven(seen) ? known.repositoryTable : undefined;
  return {
    owner: claim.owner,
    ownerSeenAtMs: nowMs,
    epoch: known.epoch + 1,
    repositoryTable,
    source: claim.source,
    feedShards: claim.feedShards,
    intent: repositoryTable === undefined ? 'creating' : 'none',
    complete: false,
    refill: known.completedOnce,
    startedAtMs: nowMs,
    completedAtMs: undefined,
  };
}

/** The marker once the repository table is made, but for its identity: what was filled before is of another table. */
export function markerOfMaking(marker: Marker, nowMs: number): Marker {
  return marker.repositoryTable === undefined ? marker : newEpoch(marker, nowMs);
}

/** The same index, begun anew: workers of the epoch before lose their right to write progress. */
export function newEpoch(marker: Marker, nowMs: number): Marker {
  return {
    ...marker,
    epoch: marker.epoch + 1,
    complete: false,
    refill: marker.refill || marker.complete,
    startedAtMs: nowMs,
    completedAtMs: undefined,
  };
}
