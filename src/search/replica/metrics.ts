import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Meter } from '../../aws/meter.ts';
import type { AnsweringReplica, ServedIndex } from '../served-index.ts';
import type { AppliedRecord } from './loaded-index.ts';

/** Measures a replica's work. */
export interface ReplicaMetrics {
  readonly applied: (records: readonly AppliedRecord[], how: Application) => void;
  /** How many records a load has read so far; 0 while nothing is loaded. */
  readonly loading: (records: number) => void;
  readonly loaded: (from: 'table' | 'snapshot', seconds: number) => void;
  readonly repaired: (repositories: number) => void;
  readonly failed: (reason: string) => void;
  /** The index was read at `atMs` without a failure: the feed to its end, where the tables are to be followed. */
  readonly polled: (atMs: number) => void;
  readonly pollsEvery: (intervalMs: number) => void;
  /** What became of so many names of nudges, or of one nudge that was not taken. */
  readonly nudged: (result: NudgedResult, count: number) => void;
}

/** How records were found. */
export interface Application {
  readonly via: 'nudge' | 'feed';
  /** The tables were filled before: what is new has been pushed since. */
  readonly isBuilt: boolean;
}

export type NudgedResult = 'Applied' | 'Known' | 'NotLoaded' | 'Failed' | 'Dropped' | 'Rejected' | 'Malformed';

/** `now` in milliseconds since 1970, for the lag behind the writers' clocks. */
export function createReplicaMetrics(registry: Registry, now: () => number): ReplicaMetrics {
  const registers = [registry];
  const lag = new Histogram({
    name: 'registry_index_feed_lag_seconds',
    help: 'Time from the write of a record until this replica has read it, by the clocks of both',
    buckets: [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
    registers,
  });
  const loading = new Gauge({
    name: 'registry_index_loading_records',
    help: 'Records that the current load has read; 0 while there is none',
    registers,
  });
  const loadSeconds = new Gauge({
    name: 'registry_index_load_seconds',
    help: 'How long the latest load took, from the table or from the snapshot on disk',
    labelNames: ['from'],
    registers,
  });
  const repairs = new Counter({
    name: 'registry_index_repairs_total',
    help: 'Repositories that the comparison of memory and change feed has repaired',
    registers,
  });
  const errors = new Counter({
    name: 'registry_index_replica_errors_total',
    help: 'Failed attempts to read the index, by reason',
    labelNames: ['reason'],
    registers,
  });
  const pushLag = new Histogram({
    name: 'registry_index_push_lag_seconds',
    help: 'From a push until this replica finds it, by way: from the first event, or from the time of the tag where a listing found it (resync)',
    labelNames: ['via'],
    buckets: [0.1, 0.2, 0.4, 0.7, 1, 2, 5, 10, 30, 60, 300, 3600, 86400],
    registers,
  });
  const nudges = new Counter({
    name: 'registry_index_nudges_received_total',
    help: 'Names in nudges of the indexer, by what became of them, and nudges that were not taken',
    labelNames: ['result'],
    registers,
  });
  const interval = new Gauge({
    name: 'registry_index_feed_interval_seconds',
    help: 'How long this replica waits now between two readings of the change feed',
    registers,
  });
  const polled = new Gauge({
    name: 'registry_index_feed_polled_timestamp_seconds',
    help: 'When the index was last read without a failure',
    registers,
  });
  return {
    applied(records, how) {
      for (const applied of records) {
        lag.observe(secondsSince(applied.stored.changedAtMs, now()));
        const push = pushIn(applied, how);
        if (push) pushLag.observe({ via: push.via }, secondsSince(push.atMs, now()));
      }
    },
    loading: (records) => loading.set(records),
    loaded: (from, seconds) => loadSeconds.set({ from }, seconds),
    repaired: (repositories) => repairs.inc(repositories),
    failed: (reason) => errors.inc({ reason }),
    polled: (atMs) => polled.set(atMs / 1_000),
    pollsEvery: (intervalMs) => interval.set(intervalMs / 1_000),
    nudged: (result, count) => nudges.inc({ result }, count),
  };
}

interface Push {
  readonly via: 'nudge' | 'feed' | 'resync';
  readonly atMs: number;
}

/** The push that a record shows for the first time, if it does. */
function pushIn({ stored, isPush }: AppliedRecord, { via, isBuilt }: Application): Push | undefined {
  const { hintedAtMs, record } = stored;
  if (hintedAtMs !== undefined) return hintedAtMs > 0 ? { via, atMs: hintedAtMs } : undefined;
  return isPush && isBuilt ? { via: 'resync', atMs: record.pushedAtMs } : undefined;
}

function secondsSince(atMs: number, nowMs: number): number {
  return Math.max(0, nowMs - atMs) / 1_000;
}

/** Exposes the read units of loading and following the index, as DynamoDB reports them. */
export function exposeReadUnits(registry: Registry, meter: Pick<Meter, 'readUnits'>): void {
  new Counter({
    name: 'registry_index_read_units_total',
    help: 'Read units of DynamoDB consumed by loading and following the index',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(meter.readUnits);
    },
  });
}

/** Metrics have numbers alone, never names that only some callers may see. */
const PUBLIC = { showPrivate: false };

/** Gauges of what is served, read when they are collected; 0 until an index is loaded. */
export function exposeServedIndex(registry: Registry, replica: AnsweringReplica): void {
  const gauge = (name: string, help: string, read: (served: ServedIndex) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const served = replica.current();
        if (served) this.set(read(served));
      },
    });
  gauge(
    'registry_index_repositories',
    'Repositories that search shows; private ones are not among them',
    ({ engine }) => engine.size(PUBLIC).repositories,
  );
  gauge('registry_index_tags', 'Tags of those repositories', ({ engine }) => engine.size(PUBLIC).tags);
  gauge('registry_index_epoch', 'The build of the tables that search answers from', ({ epoch }) => epoch);
  gauge('registry_index_incomplete', '1 while the first backfill runs', ({ incomplete }) => Number(incomplete));
}
