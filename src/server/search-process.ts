import { once } from 'node:events';
import type { AccessRules } from '../api/access-rules.ts';
import type { AccessSettings } from '../api/access-settings.ts';
import { reportKeyOf } from '../api/report-key.ts';
import type { ListenAddress } from '../http/guarded-app.ts';
import { createSearchEngine } from '../search/engine/create-engine.ts';
import type { IndexSource } from '../search/replica/loaded-index.ts';
import { createReplicaMetrics, exposeServedIndex } from '../search/replica/metrics.ts';
import { buildNudgeIntake } from '../search/replica/nudge-intake.ts';
import { createNudgeReader } from '../search/replica/nudge-reader.ts';
import { createReplica, type Replica, type ReplicaDeps } from '../search/replica/replica.ts';
import { REPLICA_DEFAULTS, type ReplicaSettings } from '../search/replica/replica-settings.ts';
import { runReplica } from '../search/replica/run-replica.ts';
import { createSnapshots, NO_SNAPSHOTS, type SnapshotsOptions } from '../search/snapshot/snapshots.ts';
import { createAccess, type OpenedAccess } from './access/create-access.ts';
import { createRecordedRules } from './access/recorded-rules.ts';
import { openServers, type ServersDeps } from './servers.ts';

export type SnapshotSettings = Pick<SnapshotsOptions, 'directory' | 'limitBytes'>;

export interface SearchAccess {
  readonly settings: AccessSettings;
  /** Those of the ownership record when left out. */
  readonly rules?: AccessRules | undefined;
}

export interface SearchProcessDeps extends Omit<ServersDeps, 'replica' | 'isReady' | 'access'> {
  /** Who may search; everybody when left out. */
  readonly access?: SearchAccess | undefined;
  readonly index: IndexSource;
  readonly settings?: Partial<ReplicaSettings>;
  /** Where a snapshot of the index is kept across restarts; nowhere when left out. */
  readonly snapshots?: SnapshotSettings;
  /** Where the indexer's nudges are taken; nowhere when left out. */
  readonly nudgeListen?: ListenAddress | undefined;
  /** Milliseconds since 1970; the system's clock when left out. */
  readonly now?: () => number;
}

export interface RunningSearch {
  readonly url: string;
  readonly healthUrl: string | undefined;
  readonly nudgeUrl: string | undefined;
  /** Whether an index is loaded and warm, and `stop` has not aborted. */
  readonly isReady: () => boolean;
  /** See Replica. */
  readonly refresh: Replica['refresh'];
  /** Resolves when servers and replica have ended after `stop`. */
  readonly finished: Promise<void>;
}

/**
 * Starts the replica, and the servers that answer from it; they end when `stop` aborts. Rejects when a port is taken.
 */
export async function startSearch(deps: SearchProcessDeps, stop: AbortSignal): Promise<RunningSearch> {
  const replicaDeps = replicaDepsOf(deps);
  const replica = createReplica(replicaDeps);
  exposeServedIndex(deps.metricsRegistry, replica);
  const isReady = () => !stop.aborted && replica.isWarm();
  const ending = new AbortController();
  const nudges = await takeNudges(deps, { ...replicaDeps, replica }, AbortSignal.any([stop, ending.signal]));
  const access = accessFor(deps, replica);
  const servers = await openServers({ ...deps, replica, access, isReady }).catch(async (error) => {
    ending.abort();
    await Promise.all([nudges?.closed, access.close()]);
    throw error;
  });
  const closed = servers.closeAfter(stop).finally(access.close);
  const parts = [runReplica(replica, replicaDeps, stop), closed, nudges?.closed];
  const finished = Promise.all(parts).then(() => undefined);
  const { url, healthUrl } = servers;
  return { url, healthUrl, nudgeUrl: nudges?.url, isReady, refresh: replica.refresh, finished };
}

/** Opens the port of nudges where one is asked for, until `stop` aborts. */
async function takeNudges(
  { nudgeListen }: SearchProcessDeps,
  { replica, metrics, log }: Pick<ReplicaDeps, 'metrics' | 'log'> & { readonly replica: Replica },
  stop: AbortSignal,
) {
  if (!nudgeListen) return undefined;
  const { listen, close } = buildNudgeIntake({
    key: replica.nudgeKey,
    read: createNudgeReader({ replica, metrics, log }, stop),
    onRefused: (why) => metrics.nudged(why, 1),
  });
  const url = await listen(nudgeListen);
  const closed = once(stop, 'abort').then(() => close(0));
  return { url, closed };
}

function accessFor({ access, metricsRegistry, now = Date.now }: SearchProcessDeps, replica: Replica): OpenedAccess {
  const settings: AccessSettings = access?.settings ?? { mode: 'Anonymous' };
  const rules = access?.rules === undefined ? createRecordedRules(replica.access) : () => access.rules;
  const operatorKey = () => {
    const key = replica.nudgeKey();
    return key && reportKeyOf(key);
  };
  return createAccess({ settings, rules, operatorKey, cursorSecret: replica.nudgeKey, metricsRegistry, now });
}

/** The `search` command: serves until `stop` aborts. */
export async function runSearch(deps: SearchProcessDeps, stop: AbortSignal): Promise<void> {
  const { url, finished } = await startSearch(deps, stop);
  deps.log.info({ url }, 'Search is listening');
  await finished;
}

function replicaDepsOf({
  index,
  metricsRegistry,
  log,
  settings,
  snapshots,
  now = Date.now,
}: SearchProcessDeps): ReplicaDeps {
  return {
    source: index,
    createEngine: createSearchEngine,
    snapshots: snapshots ? createSnapshots({ ...snapshots, log, now }) : NO_SNAPSHOTS,
    settings: { ...REPLICA_DEFAULTS, ...settings },
    metrics: createReplicaMetrics(metricsRegistry, now),
    log,
    now,
  };
}
