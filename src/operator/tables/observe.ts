import { sourceIdentity } from '../../api/settings.ts';
import { FEED_SHARDS } from '../../index/marker.ts';
import type { Pass } from '../pass.ts';
import { type KnownTables, observeTables, type TablesObservation } from './observation.ts';
import { setAsideKeys } from './set-aside.ts';

/** What this pass sees, and what the status remembers of earlier ones. */
export async function observe({ deps, index, services, signal, settings }: Pass): Promise<TablesObservation> {
  const { uid, namespace, name, generation } = index.metadata;
  const nowMs = deps.now().getTime();
  return {
    ...(await observeTables(services, signal)),
    known: knownTables(index.status),
    claim: {
      owner: { cluster: deps.cluster, namespace, name },
      source: sourceIdentity(settings.source),
      adoptIfOwnerGone: index.spec.adoptionPolicy === 'IfOwnerGone',
      feedShards: FEED_SHARDS,
    },
    setAside: setAsideKeys(deps.memory.of(uid), generation, nowMs),
    nowMs,
  };
}

export function knownTables(status: Pass['index']['status']): KnownTables {
  return {
    repositoryTable: status?.tables?.repository?.identity,
    epoch: status?.epoch ?? 0,
    completedOnce: status?.backfill?.completedAt !== undefined || (status?.epoch ?? 0) > 1,
  };
}
