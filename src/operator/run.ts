import type { KubeClient } from '../kube/client.ts';
import { runController } from '../kube/controller.ts';
import { createEventRecorder } from '../kube/events.ts';
import { runWhenLeader } from '../kube/lease.ts';
import type { KubeMetrics } from '../kube/metrics.ts';
import { keyOf, type ObjectKey } from '../kube/resource.ts';
import { createWorkQueue, type WorkQueue } from '../kube/work-queue.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Caches, startCaches, stopped, synced } from './caches.ts';
import type { OperatorDeps } from './deps.ts';
import type { IndexMetrics } from './metrics.ts';
import { parseRegistryIndex } from './parse.ts';
import { reconcile } from './reconcile.ts';
import { probeSearch } from './search-service/probe.ts';

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
const CONCURRENCY = 4;
/** What a person has to mend may be mended where no watch tells, such as a table or a bucket. */
const STALLED_RECHECK_MS = 60_000;

/** Runs the operator until `stop` aborts. A standby keeps its caches warm and reconciles nothing. */
export async function runOperator(options: OperatorOptions, stop: AbortSignal): Promise<void> {
  const { client, kubeMetrics, log, lease, identity, pool } = options;
  const queue = createWorkQueue({ metrics: kubeMetrics.queue(NAME) });
  const caches = startCaches({ ...options, queue }, stop);
  await synced(caches);
  options.onReady();
  const election = { client, lease, identity, log, metrics: kubeMetrics.leader };
  await runWhenLeader(election, (leading) => lead(options, { queue, caches }, leading), stop);
  queue.close();
  pool.closeAll();
  await stopped(caches);
}

/** While this replica leads: every resource is looked at once, and from then on whenever something changes. */
async function lead(
  options: OperatorOptions,
  { queue, caches }: { readonly queue: WorkQueue; readonly caches: Caches },
  leading: AbortSignal,
): Promise<void> {
  const { log, kubeMetrics } = options;
  const deps = await depsOf(options, caches, leading);
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
}

async function depsOf(options: OperatorOptions, caches: Caches, signal: AbortSignal): Promise<OperatorDeps> {
  const { client, identity, log } = options;
  return {
    ...options,
    caches,
    now: () => new Date(),
    probe: probeSearch,
    cluster: await client.clusterUid(signal),
    events: createEventRecorder({ client, component: 'registry-index', instance: identity, log, now: Date.now }),
  };
}
