import { INDEX_LABEL, MANAGED_BY_LABEL, MANAGER } from '../api/names.ts';
import { KIND } from '../api/registry-index.ts';
import { type Reflector, startReflector } from '../kube/cache/reflector.ts';
import type { KubeClient } from '../kube/client/client.ts';
import type { WorkQueue } from '../kube/queue/work-queue.ts';
import {
  CRON_JOB,
  DEPLOYMENT,
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
import { parseRegistryIndex } from './resource.ts';
import { REGISTRY_INDEX } from './resource-type.ts';
import type { Memory } from './state.ts';

/** What the operator watches, over all namespaces. */
export interface Caches {
  readonly indexes: Reflector;
  readonly jobs: Reflector;
  readonly cronJobs: Reflector;
  readonly deployments: Reflector;
  readonly services: Reflector;
}

interface CacheOptions {
  readonly client: KubeClient;
  readonly queue: WorkQueue;
  readonly memory: Memory;
  readonly pool: IndexPool;
  readonly indexMetrics: IndexMetrics;
  readonly log: Logger;
}

const CHILDREN = `${MANAGED_BY_LABEL}=${MANAGER},${INDEX_LABEL}`;

export function startCaches(options: CacheOptions, stop: AbortSignal): Caches {
  const { client, log, queue } = options;
  const watchChildren = (type: ResourceType) =>
    startReflector({ client, type, labelSelector: CHILDREN, log, onChange: enqueueOwner(queue) }, stop);
  return {
    indexes: startReflector({ client, type: REGISTRY_INDEX, log, onChange: enqueueIndex(options) }, stop),
    jobs: watchChildren(JOB),
    cronJobs: watchChildren(CRON_JOB),
    deployments: watchChildren(DEPLOYMENT),
    services: watchChildren(SERVICE),
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
 * A change of what somebody wishes is a reason to look, and to forget how it went before; our own writes of the status
 * are none.
 */
function enqueueIndex({ queue, memory, pool, indexMetrics }: CacheOptions): OnChange {
  const known = new Map<string, { readonly uid: string; readonly wish: string }>();
  return (key, object) => {
    const index = parseRegistryIndex(object);
    const before = known.get(keyText(key));
    if (before && before.uid !== index?.metadata.uid) {
      memory.forget(before.uid);
      pool.close(before.uid);
      indexMetrics.forget(key);
      known.delete(keyText(key));
    }
    if (!index) return;
    indexMetrics.observe(index);
    const { uid, generation, annotations, finalizers, deletionTimestamp } = index.metadata;
    const wish = JSON.stringify([uid, generation, annotations, finalizers, deletionTimestamp]);
    known.set(keyText(key), { uid, wish });
    if (before?.wish === wish) return;
    if (before) queue.forget(key);
    queue.add(key);
  };
}

/** A child that changed or vanished is a reason to look at its owner; which one that is, is remembered for the latter. */
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
