import { setTimeout as wait } from 'node:timers/promises';
import type { IndexSource } from '../../../src/search/replica/loaded-index.ts';
import type { ReplicaSettings } from '../../../src/search/replica/replica-settings.ts';
import { type SnapshotSettings, startSearch } from '../../../src/server/search-process.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';

export interface ReplicaStart {
  readonly index: IndexSource;
  /** Those of everyday where nothing else is said. */
  readonly settings?: Partial<ReplicaSettings>;
  readonly snapshots?: SnapshotSettings;
}

export interface RunningReplica {
  readonly url: string;
  stop(): Promise<void>;
}

export const POLL_MS = 5;

/** A search service on loopback, once it is ready. */
export async function startReplica(start: ReplicaStart): Promise<RunningReplica> {
  const stopping = new AbortController();
  const common = { log: createLogger({ level: 'silent' }), metricsRegistry: createMetricsRegistry() };
  const listen = { host: '127.0.0.1', port: 0 };
  const { url, isReady, finished } = await startSearch({ ...start, ...common, listen }, stopping.signal);
  while (!isReady()) await wait(POLL_MS);
  return {
    url,
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}
