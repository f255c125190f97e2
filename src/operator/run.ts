import { retry } from '../async/retry.ts';
import { probeSearch } from '../client/search-status.ts';
import type { KubeClient } from '../kube/client/client.ts';
import { runController } from '../kube/controller.ts';
import { createEventRecorder } from '../kube/events/events.ts';
import { runWhenLeader } from '../kube/lease/leader-election.ts';
import type { KubeMetrics } from '../kube/metrics.ts';
import { createWorkQueue, type WorkQueue } from '../kube/queue/work-queue.ts';
import { keyOf, keyText, type ObjectKey } from '../kube/resource.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Caches, startCaches, stopped, synced } from './caches.ts';
import type { OperatorDeps } from './context.ts';
import type { IndexMetrics } from './metrics.ts';
import { createOtherReleases } from './release/other-releases.ts';
import { type ReleaseDeps, reconcileOurs } from './release/reconcile-ours.ts';
import { parseRegistryIndex } from './resource.ts';

export interface OperatorOptions
  extends Pick<OperatorDeps, 'pool' | 'state' | 'policy' | 'image' | 'podDefaults' | 'readsPods'> {
  readonly client: KubeClient;
  /** For the Lease, which has to be renewed also while other requests wait. */
  readonly leaseClient: KubeClient;
  readonly kubeMetrics: KubeMetrics;
  readonly indexMetrics: IndexMetrics;
  readonly lease: ObjectKey;
  /** The namespaces whose resources it looks after; all if none is named. */
  readonly watchNamespaces: readonly string[];
  /** What tells this cluster from another; read from the cluster if left out. */
  readonly clusterId?: string | undefined;
  /** Unique among the replicas, such as the pod's name. */
  readonly identity: string;
  readonly log: Logger;
  /** How often a healthy index is checked, at most. */
  readonly recheckMs: number;
  /** Called once the caches are filled, from when on this replica can lead. */
  readonly onReady: () => void;
}

const NAME = 'registryindex';
/** Reconciliations at once: with so many, a hundred resources whose endpoints hang delay others by about a second. */
const CONCURRENCY = 64;
/** Of all healthy resources together: a thousand are each checked every hundred seconds, for a fifth of a core. */
const RECHECKS_PER_SECOND = 10;
const CLUSTER_BACKOFF = { baseMs: 200, capMs: 10_000 };
/** A person may mend what no watch reports, such as a table or a bucket. */
const STALLED_RECHECK_MS = 60_000;

/** Runs the operator until `stop` aborts. A standby keeps its caches warm and reconciles nothing. */
export async function runOperator(options: OperatorOptions, stop: AbortSignal): Promise<void> {
  const { leaseClient, kubeMetrics, log, lease, identity, pool } = options;
  const queue = createWorkQueue({ metrics: kubeMetrics.queue(NAME) });
  const caches = startCaches({ ...options, queue }, stop);
  await synced(caches);
  const cluster = await clusterOf(options, stop);
  if (cluster === undefined) return;
  options.onReady();
  const election = { client: leaseClient, lease, identity, log, metrics: kubeMetrics.leader };
  await runWhenLeader(
    election,
    (leading, isLeading) => lead(options, { queue, caches, cluster, isLeading }, leading),
    stop,
  );
  queue.close();
  pool.closeAll();
  await stopped(caches);
}

/** The uid of this cluster, asked for until the API server answers; undefined if stopped before. */
async function clusterOf({ client, clusterId, log }: OperatorOptions, stop: AbortSignal): Promise<string | undefined> {
  if (clusterId !== undefined) return clusterId;
  const onRetry = (err: unknown, waitMs: number) =>
    log.warn({ err, waitMs: Math.round(waitMs) }, 'Failed to read the uid of namespace kube-system; retrying');
  return retry(() => client.clusterUid(stop), { ...CLUSTER_BACKOFF, onRetry }, stop).catch(() => undefined);
}

/** What a leader works with. */
interface LeaderDeps {
  readonly queue: WorkQueue;
  readonly caches: Caches;
  readonly cluster: string;
  readonly isLeading: () => boolean;
}

/** Reconciles every resource once, and then whenever something changes, for as long as this replica leads. */
async function lead(options: OperatorOptions, leaderDeps: LeaderDeps, leading: AbortSignal): Promise<void> {
  const { client, log, kubeMetrics } = options;
  const { queue, caches } = leaderDeps;
  const deps = depsOf(options, leaderDeps);
  for (const index of caches.indexes.list()) queue.add(keyOf(index), 'low');
  const controller = {
    name: NAME,
    queue,
    concurrency: CONCURRENCY,
    log,
    metrics: kubeMetrics.controller(NAME),
    stalledRecheckMs: STALLED_RECHECK_MS,
    ready: (signal: AbortSignal) => client.untilAnswering(signal),
    reconcile: async (key: ObjectKey, signal: AbortSignal) => {
      const index = parseRegistryIndex(caches.indexes.get(key));
      return index ? reconcileOurs(deps, index, signal) : ({ kind: 'done' } as const);
    },
  };
  await runController(controller, leading);
  await deps.events.flush();
}

function depsOf(options: OperatorOptions, { caches, cluster, isLeading }: LeaderDeps): OperatorDeps & ReleaseDeps {
  const { client, identity, lease, log, recheckMs } = options;
  const now = () => new Date();
  return {
    ...options,
    recheckMs: () => Math.max(recheckMs, (1_000 * caches.indexes.list().length) / RECHECKS_PER_SECOND),
    caches,
    cluster,
    isLeading,
    now,
    release: keyText(lease),
    otherReleases: createOtherReleases({ client, now }),
    probe: probeSearch,
    events: createEventRecorder({ client, component: 'registry-index', instance: identity, log, now: Date.now }),
  };
}
