import { backoffMs } from '../async/retry.ts';
import { sleep } from '../async/sleep.ts';
import type { KubeClient } from '../kube/client/client.ts';
import { runController } from '../kube/controller.ts';
import { createEventRecorder } from '../kube/events/events.ts';
import { runWhenLeader } from '../kube/lease/leader-election.ts';
import type { KubeMetrics } from '../kube/metrics.ts';
import { createWorkQueue, type WorkQueue } from '../kube/queue/work-queue.ts';
import { keyOf, type ObjectKey } from '../kube/resource.ts';
import { probeSearch } from '../table-lifecycle/search-status.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Caches, startCaches, stopped, synced } from './caches.ts';
import type { OperatorDeps } from './deps.ts';
import type { IndexMetrics } from './metrics.ts';
import { reconcile } from './reconcile.ts';
import { parseRegistryIndex } from './resource.ts';

export interface OperatorOptions extends Pick<OperatorDeps, 'pool' | 'memory' | 'policy' | 'image' | 'recheckMs'> {
  readonly client: KubeClient;
  readonly kubeMetrics: KubeMetrics;
  readonly indexMetrics: IndexMetrics;
  readonly lease: ObjectKey;
  /** Unique among the replicas, such as the pod's name. */
  readonly identity: string;
  readonly log: Logger;
  /** Told once the caches are filled: this replica can lead at any moment. */
  readonly onReady: () => void;
}

const NAME = 'registryindex';
/** A hundred resources whose endpoints hang, and are not known to, are through in the time of two patiences. */
const CONCURRENCY = 64;
const CLUSTER_BACKOFF = { baseMs: 200, capMs: 10_000 };
/** What a person has to mend may be mended where no watch tells, such as a table or a bucket. */
const STALLED_RECHECK_MS = 60_000;

/** Runs the operator until `stop` aborts. A standby keeps its caches warm and reconciles nothing. */
export async function runOperator(options: OperatorOptions, stop: AbortSignal): Promise<void> {
  const { client, kubeMetrics, log, lease, identity, pool } = options;
  const queue = createWorkQueue({ metrics: kubeMetrics.queue(NAME) });
  const caches = startCaches({ ...options, queue }, stop);
  await synced(caches);
  const cluster = await clusterOf(options, stop);
  if (cluster === undefined) return;
  options.onReady();
  const election = { client, lease, identity, log, metrics: kubeMetrics.leader };
  await runWhenLeader(
    election,
    (leading, isLeading) => lead(options, { queue, caches, cluster, isLeading }, leading),
    stop,
  );
  queue.close();
  pool.closeAll();
  await stopped(caches);
}

/** What tells this cluster from another, asked until the API server answers; undefined when stopped before. */
async function clusterOf({ client, log }: OperatorOptions, stop: AbortSignal): Promise<string | undefined> {
  for (let attempt = 0; !stop.aborted; attempt++) {
    try {
      return await client.clusterUid(stop);
    } catch (err) {
      if (!stop.aborted) log.warn({ err }, 'the cluster cannot be told from others yet');
    }
    await sleep(backoffMs(attempt, CLUSTER_BACKOFF), stop);
  }
  return undefined;
}

interface Office {
  readonly queue: WorkQueue;
  readonly caches: Caches;
  readonly cluster: string;
  readonly isLeading: () => boolean;
}

/** While this replica leads: every resource is looked at once, and from then on whenever something changes. */
async function lead(options: OperatorOptions, office: Office, leading: AbortSignal): Promise<void> {
  const { log, kubeMetrics } = options;
  const { queue, caches } = office;
  const deps = depsOf(options, office);
  for (const index of caches.indexes.list()) queue.add(keyOf(index));
  const controller = {
    name: NAME,
    queue,
    concurrency: CONCURRENCY,
    log,
    metrics: kubeMetrics.controller(NAME),
    stalledRecheckMs: STALLED_RECHECK_MS,
    reconcile: async (key: ObjectKey, signal: AbortSignal) => {
      const index = parseRegistryIndex(caches.indexes.get(key));
      return index ? reconcile(deps, index, signal) : ({ kind: 'done' } as const);
    },
  };
  await runController(controller, leading);
  await deps.events.flush();
}

function depsOf(options: OperatorOptions, { caches, cluster, isLeading }: Office): OperatorDeps {
  const { client, identity, log } = options;
  return {
    ...options,
    caches,
    cluster,
    isLeading,
    now: () => new Date(),
    probe: probeSearch,
    events: createEventRecorder({ client, component: 'registry-index', instance: identity, log, now: Date.now }),
  };
}
