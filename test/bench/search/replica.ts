import { setTimeout as wait } from 'node:timers/promises';
import { createMeter, type Meter } from '../../../src/aws/meter.ts';
import { REPLICA_DEFAULTS, type ReplicaSettings } from '../../../src/search/replica/replica-settings.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { fillIndex } from './fill-index.ts';
import { startReplica } from './start-replica.ts';

export interface ReplicaFigures {
  readonly repositories: number;
  /** The first start of a pod, and the second. */
  readonly fromTable: StartFigures;
  readonly fromSnapshot: StartFigures;
  /** Of a replica that nothing was written for in the last ten minutes, but for the hourly comparison. */
  readonly idleHour: Reads;
  /** Of one comparison of the whole feed with the memory. */
  readonly comparison: Reads;
}

interface StartFigures {
  /** From the start of the process's work until it is ready. */
  readonly seconds: number;
  readonly reads: Reads;
}

/** What was asked of DynamoDB. */
export interface Reads {
  readonly requests: number;
  /** As the service counted. */
  readonly units: number;
}

const REPOSITORIES = 10_000;
const WATCHED_MS = 60_000;
const IN_AN_HOUR = 3_600_000 / WATCHED_MS;
/** By then nobody reads again what was written last before a start. */
const SETTLED_MS = REPLICA_DEFAULTS.overlapMs + 10_000;
/** Idle from the beginning; otherwise as everyday. */
const IDLE: Partial<ReplicaSettings> = { idleAfterMs: 0 };
/** With one comparison while it is watched. */
const COMPARING: Partial<ReplicaSettings> = { ...IDLE, auditIntervalMs: SETTLED_MS + WATCHED_MS / 3 };

/** Starts a replica of a real DynamoDB from the table and from its snapshot, and watches it do nothing. */
export async function measureReplica(): Promise<ReplicaFigures> {
  await using parts = new AsyncDisposableStack();
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  const { path } = parts.adopt(await tempDirectory('bench-replica'), ({ remove }) => remove());
  await fillIndex(live, REPOSITORIES);
  const first = await watchReplica(live, path, IDLE);
  const second = await watchReplica(live, path, COMPARING);
  return {
    repositories: REPOSITORIES,
    fromTable: first.start,
    fromSnapshot: second.start,
    idleHour: times(first.watched, IN_AN_HOUR),
    comparison: difference(second.watched, first.watched),
  };
}

interface Watched {
  readonly start: StartFigures;
  /** In a minute, once it has settled. */
  readonly watched: Reads;
}

async function watchReplica(live: LiveIndex, directory: string, settings: Partial<ReplicaSettings>): Promise<Watched> {
  const meter = createMeter();
  const startedAtMs = performance.now();
  const snapshots = { directory, limitBytes: Number.POSITIVE_INFINITY };
  const { stop } = await startReplica({ index: live.open(meter), settings, snapshots });
  const start = { seconds: (performance.now() - startedAtMs) / 1_000, reads: readsOf(meter) };
  await wait(SETTLED_MS);
  const settled = readsOf(meter);
  await wait(WATCHED_MS);
  const watched = difference(readsOf(meter), settled);
  await stop();
  return { start, watched };
}

function readsOf({ reads, readUnits }: Meter): Reads {
  return { requests: reads, units: readUnits };
}

function difference(a: Reads, b: Reads): Reads {
  return { requests: a.requests - b.requests, units: a.units - b.units };
}

function times({ requests, units }: Reads, factor: number): Reads {
  return { requests: requests * factor, units: units * factor };
}
