import { sourceIdentity } from '../../api/settings.ts';
import { FEED_SHARDS, type MarkerState } from '../../dynamodb/state/marker.ts';
import { hasReason } from '../../kube/api-error.ts';
import { isObjectName } from '../../kube/resource.ts';
import {
  type Claim,
  type KnownTables,
  observeTables,
  type TablesObservation,
} from '../../table-lifecycle/observation.ts';
import { sameOwner } from '../../table-lifecycle/owner.ts';
import type { Pass } from '../context.ts';
import { REGISTRY_INDEX } from '../resource-type.ts';
import { setAsideKeys } from './suppressed-changes.ts';

/** What this pass sees, and what the status remembers of earlier ones. */
export async function observe(pass: Pass): Promise<TablesObservation> {
  const { deps, index, services, signal } = pass;
  const { uid, generation } = index.metadata;
  const nowMs = deps.now().getTime();
  const claim = claimOf(pass);
  const seen = await observeTables(services, signal);
  return {
    ...seen,
    known: knownTables(index.status),
    claim,
    ownerIsHere: claim.adoptIfOwnerGone && (await isHere(pass, seen.marker, claim)),
    setAside: setAsideKeys(deps.memory.of(uid), generation, nowMs),
    nowMs,
  };
}

function claimOf({ deps, index, settings }: Pass): Claim {
  const { namespace, name } = index.metadata;
  const { repositoryTable, versionTable } = settings.index;
  return {
    owner: { cluster: deps.cluster, namespace, name },
    repositoryTable,
    versionTable,
    source: sourceIdentity(settings.source),
    adoptIfOwnerGone: index.spec.adoptionPolicy === 'IfOwnerGone',
    feedShards: FEED_SHARDS,
  };
}

/** Whether another owner is there in this cluster; it counts as there where nobody may, or can, look. */
async function isHere({ deps, signal }: Pass, state: MarkerState, claim: Claim): Promise<boolean> {
  if (state.kind !== 'ours') return false;
  const { owner } = state.marker;
  if (sameOwner(owner, claim.owner) || owner.cluster !== claim.owner.cluster) return false;
  const { namespace, name } = owner;
  if (!isObjectName(namespace) || !isObjectName(name)) return true;
  try {
    return (await deps.client.get(REGISTRY_INDEX, { namespace, name }, signal)) !== undefined;
  } catch (error) {
    if (hasReason(error, 'Forbidden')) return true;
    throw error;
  }
}

export function knownTables(status: Pass['index']['status']): KnownTables {
  return {
    repositoryTable: status?.tables?.repository?.identity,
    versionTable: status?.tables?.version?.identity,
    epoch: status?.epoch ?? 0,
    completedOnce: status?.backfill?.completedAt !== undefined || (status?.epoch ?? 0) > 1,
  };
}
