import { accessRulesOf, printAccessRules } from '../../api/access-rules.ts';
import { sourceIdentity } from '../../api/settings.ts';
import { FEED_SHARDS, type OwnershipState } from '../../dynamodb/state/ownership.ts';
import type { Extent } from '../../dynamodb/tables/tables.ts';
import { isObjectName } from '../../kube/resource.ts';
import { hasReason } from '../../kube/status-error.ts';
import {
  type KnownTables,
  observeTables,
  randomNudgeKey,
  type TablesObservation,
  type WantedTables,
} from '../../table-lifecycle/observation.ts';
import { sameOwner } from '../../table-lifecycle/ownership.ts';
import type { ReconcileContext } from '../context.ts';
import { REGISTRY_INDEX } from '../resource.ts';
import { suppressedKeys } from './suppressed-changes.ts';

/** What is seen of the tables now, and what status and process remember of them. */
export async function observe(context: ReconcileContext, extent?: Extent): Promise<TablesObservation> {
  const { deps, index, services, signal } = context;
  const { uid, generation } = index.metadata;
  const nowMs = deps.now().getTime();
  const wanted = wantedTables(context);
  const seen = await observeTables(services, signal, extent);
  return {
    ...seen,
    known: knownTables(index.status),
    wanted,
    ownerIsHere: wanted.adoptIfOwnerGone && (await existsHere(context, seen.ownership, wanted)),
    suppressed: suppressedKeys(deps.state.of(uid), generation, nowMs),
    nowMs,
    newNudgeKey: randomNudgeKey(),
  };
}

function wantedTables({ deps, index, settings }: ReconcileContext): WantedTables {
  const { namespace, name } = index.metadata;
  const { repositoryTable, versionTable } = settings.index;
  const rules = accessRulesOf(index.spec);
  return {
    owner: { cluster: deps.cluster, namespace, name },
    repositoryTable,
    versionTable,
    source: sourceIdentity(settings.source),
    adoptIfOwnerGone: index.spec.adoptionPolicy === 'IfOwnerGone',
    feedShards: FEED_SHARDS,
    access: rules && printAccessRules(rules),
  };
}

/**
 * Whether the ownership record's owner exists in this cluster. An owner that the operator may not look up counts as
 * existing.
 */
async function existsHere(
  { deps, signal }: ReconcileContext,
  state: OwnershipState,
  wanted: WantedTables,
): Promise<boolean> {
  if (state.kind !== 'ours') return false;
  const { owner } = state.ownership;
  if (sameOwner(owner, wanted.owner) || owner.cluster !== wanted.owner.cluster) return false;
  const { namespace, name } = owner;
  if (!isObjectName(namespace) || !isObjectName(name)) return true;
  try {
    return (await deps.client.get(REGISTRY_INDEX, { namespace, name }, signal)) !== undefined;
  } catch (error) {
    if (hasReason(error, 'Forbidden')) return true;
    throw error;
  }
}

function knownTables(status: ReconcileContext['index']['status']): KnownTables {
  return {
    repositoryTable: status?.tables?.repository?.identity,
    versionTable: status?.tables?.version?.identity,
    epoch: status?.epoch ?? 0,
    completedOnce: status?.backfill?.completedAt !== undefined || (status?.epoch ?? 0) > 1,
  };
}
