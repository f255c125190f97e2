import type { Registry } from 'prom-client';
import { sleep } from '../async/sleep.ts';
import type { IndexSource } from '../search/index-source.ts';
import { createReplicaMetrics, exposeView } from '../search/metrics.ts';
import { createPlainEngine } from '../search/plain-engine.ts';
import { createReplica, type Replica, type ReplicaDeps } from '../search/replica.ts';
import { REPLICA_DEFAULTS, type ReplicaSettings } from '../search/replica-settings.ts';
import { runReplica } from '../search/run-replica.ts';
import { closeGracefully } from '../telemetry/graceful-close.ts';
import { buildHealthServer } from '../telemetry/health-server.ts';
import type { Logger } from '../telemetry/log.ts';
import { buildSearchServer } from './app.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system pick one. */
  readonly port: number;
}

export interface SearchProcessDeps {
  readonly index: IndexSource;
  /** Metrics of the process; search adds its own. */
  readonly registry: Registry;
  readonly log: Logger;
  readonly listen: ListenAddress;
  /** Where health and metrics are told; undefined where somebody else does so. */
  readonly healthListen?: ListenAddress;
  /** How long to go on answering as not ready, until load balancers have taken notice; 0 when left out. */
  readonly drainMs?: number;
  readonly settings?: Partial<ReplicaSettings>;
  readonly now?: () => number;
}

export interface RunningSearch {
  readonly url: string;
  readonly healthUrl: string | undefined;
  /** Whether an index is loaded and nobody has asked to stop. */
  readonly isReady: () => boolean;
  /** Resolves when everything has ended after the signal. */
  readonly finished: Promise<void>;
}

/** What is under way then is cut off; Kubernetes kills after 30 s. */
const CLOSE_GRACE_MS = 10_000;

/** Starts the servers and the replica behind them; they end when `stop` aborts. Rejects when a port is taken. */
export async function startSearch(deps: SearchProcessDeps, stop: AbortSignal): Promise<RunningSearch> {
  const replicaDeps = replicaDepsOf(deps);
  const replica = createReplica(replicaDeps);
  exposeView(deps.registry, replica);
  const isReady = () => !stop.aborted && replica.current() !== undefined;
  const servers = await openServers(deps, replica, isReady);
  const finished = Promise.all([runReplica(replica, replicaDeps, stop), servers.closeAfter(stop)]).then(
    () => undefined,
  );
  return { url: servers.url, healthUrl: servers.healthUrl, isReady, finished };
}

/** The `search` command: serves until `stop` aborts. */
export async function runSearch(deps: SearchProcessDeps, stop: AbortSignal): Promise<void> {
  const { url, finished } = await startSearch(deps, stop);
  deps.log.info({ url }, 'search is listening');
  await finished;
}

function replicaDepsOf({ index, registry, log, settings, now = Date.now }: SearchProcessDeps): ReplicaDeps {
  return {
    source: index,
    createEngine: createPlainEngine,
    settings: { ...REPLICA_DEFAULTS, ...settings },
    metrics: createReplicaMetrics(registry, now),
    log,
    now,
  };
}

async function openServers(deps: SearchProcessDeps, view: Replica, isReady: () => boolean) {
  const { registry, log, listen, healthListen, drainMs = 0 } = deps;
  const health = healthListen && buildHealthServer({ registry, isReady });
  const app = buildSearchServer({ view, registry, log });
  const healthUrl = await health?.listen(healthListen);
  const url = await app.listen(listen).catch(async (error) => {
    await health?.close();
    throw error;
  });
  return {
    url,
    healthUrl,
    /** Readiness is gone as soon as `stop` aborts; health goes on telling so until the end. */
    async closeAfter(stop: AbortSignal) {
      await aborted(stop);
      await sleep(drainMs, NEVER);
      await closeGracefully(app, CLOSE_GRACE_MS);
      await health?.close();
    },
  };
}

const NEVER = new AbortController().signal;

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
