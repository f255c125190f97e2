import { INDEX_LABEL, MANAGED_BY_LABEL, MANAGER } from '../api/names.ts';
import { KIND } from '../api/registry-index.ts';
import { type Reflector, startReflectors, withoutHistory } from '../kube/cache/reflector.ts';
import { createPartSharing } from '../kube/cache/share-parts.ts';
import type { KubeClient } from '../kube/client/client.ts';
import type { WorkQueue } from '../kube/queue/work-queue.ts';
import {
  CRON_JOB,
  DEPLOYMENT,
  DISRUPTION_BUDGET,
  JOB,
  type KubeObject,
  keyText,
  type ObjectKey,
  type ResourceType,
  SERVICE,
} from '../kube/resource.ts';
import type { Logger } from '../telemetry/log.ts';
import type { IndexPool } from './index-pool.ts';
import type { IndexMetrics } from './metrics.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from './resource.ts';
import { withReplicasOwners } from './search-service/replicas-owners.ts';
import type { OperatorState } from './state.ts';

/** Copies of what the operator watches. */
export interface Caches {
  readonly indexes: Reflector;
  readonly jobs: Reflector;
  readonly cronJobs: Reflector;
  readonly deployments: Reflector;
  readonly services: Reflector;
  readonly disruptionBudgets: Reflector;
}

interface CacheOptions {
  readonly client: KubeClient;
  /** All if none is named. */
  readonly watchNamespaces: readonly string[];
  readonly queue: WorkQueue;
  readonly state: OperatorState;
  readonly pool: IndexPool;
  readonly indexMetrics: IndexMetrics;
  readonly log: Logger;
}

const CHILDREN = `${MANAGED_BY_LABEL}=${MANAGER},${INDEX_LABEL}`;

export function startCaches(options: CacheOptions, stop: AbortSignal): Caches {
  const { client, log, queue, watchNamespaces } = options;
  const share = createPartSharing();
  const watchChildren = (type: ResourceType, reduce = withoutHistory) => {
    const onChange = enqueueOwner(queue);
    const keep = (child: KubeObject) => share(reduce(child));
    const children = { client, type, labelSelector: CHILDREN, keep, log, onChange };
    return startReflectors(children, watchNamespaces, stop);
  };
  const indexes = { client, type: REGISTRY_INDEX, log, onChange: enqueueIndex(options) };
  return {
    indexes: startReflectors(indexes, watchNamespaces, stop),
    jobs: watchChildren(JOB),
    cronJobs: watchChildren(CRON_JOB),
    deployments: watchChildren(DEPLOYMENT, withReplicasOwners),
    services: watchChildren(SERVICE),
    disruptionBudgets: watchChildren(DISRUPTION_BUDGET),
  };
}

export async function synced(caches: Caches): Promise<void> {
  await Promise.all(Object.values(caches).map((cache: Reflector) => cache.synced));
}

export async function stopped(caches: Caches): Promise<void> {
  await Promise.all(Object.values(caches).map((cache: Reflector) => cache.stopped));
}

type OnChange = (key: ObjectKey, object: KubeObject | undefined) => void;

/**
 * Enqueues a resource when its desired state changes; retries then begin with the shortest pause again. Our own writes
 * of the status do not enqueue it. Of a resource that is gone, or was created again, this process keeps nothing.
 */
function enqueueIndex({ queue, state, pool, indexMetrics }: CacheOptions): OnChange {
  const known = new Map<string, { readonly uid: string; readonly desired: string }>();
  return (key, object) => {
    const index = parseRegistryIndex(object);
    const before = known.get(keyText(key));
    if (before && before.uid !== index?.metadata.uid) {
      state.forget(before.uid);
      pool.close(before.uid);
      indexMetrics.forget(key);
      known.delete(keyText(key));
    }
    if (!index) return;
    indexMetrics.observe(index);
    const { uid, generation, annotations, finalizers, deletionTimestamp } = index.metadata;
    const desired = JSON.stringify([uid, generation, annotations, finalizers, deletionTimestamp]);
    known.set(keyText(key), { uid, desired });
    if (before?.desired === desired) return;
    if (before) queue.forget(key);
    queue.add(key);
  };
}

/**
 * Enqueues the owner of a child that changed or vanished. Owners are kept by key, because a vanished child names none.
 */
function enqueueOwner(queue: WorkQueue): OnChange {
  const owners = new Map<string, ObjectKey>();
  return (key, child) => {
    const owner = child ? ownerOf(child) : owners.get(keyText(key));
    if (child && owner) owners.set(keyText(key), owner);
    else owners.delete(keyText(key));
    if (owner) queue.add(owner);
  };
}

function ownerOf({ metadata }: KubeObject): ObjectKey | undefined {
  const owner = metadata.ownerReferences?.find(({ kind, controller }) => kind === KIND && controller);
  return owner && { namespace: metadata.namespace, name: owner.name };
}
