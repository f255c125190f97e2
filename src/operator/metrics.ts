import { Gauge, type Registry } from 'prom-client';
import { FAULT_KINDS, isHarmful } from '../api/fault.ts';
import type { RegistryIndexStatus } from '../api/generated.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { keyText, type ObjectKey } from '../kube/resource.ts';

const REPAIRS = ['added', 'changed', 'removed', 'swept'] as const;

/** A figure of a RegistryIndex, with labels besides its namespace and name. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  /** There is no series where it is undefined. */
  readonly value: number | undefined;
}

interface StatusMetric {
  /** The end of the metric's name. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (status: RegistryIndexStatus) => readonly Sample[];
}

const STATUS_METRICS: readonly StatusMetric[] = [
  {
    name: 'condition',
    help: '1 where the condition of the RegistryIndex is True, 0 where it is not.',
    labels: ['type'],
    read: ({ conditions = [] }) =>
      conditions.map(({ type, status }) => ({ labels: { type }, value: status === 'True' ? 1 : 0 })),
  },
  {
    name: 'backfill_progress_ratio',
    help: 'Share of the bucket that the last backfill has read, 0 to 1.',
    read: ({ backfill }) => [{ value: backfill?.percent === undefined ? undefined : backfill.percent / 100 }],
  },
  {
    name: 'backfill_repositories',
    help: 'Repositories that the last backfill has found.',
    read: ({ backfill }) => [{ value: backfill?.repositories }],
  },
  {
    name: 'backfill_remaining_seconds',
    help: 'Until the backfill that runs is complete if it goes on as fast.',
    read: ({ backfill }) => [{ value: backfill?.secondsLeft }],
  },
  {
    name: 'backfill_errors',
    help: 'Things in the bucket that the last backfill has skipped.',
    read: ({ backfill }) => [{ value: backfill?.errorCount }],
  },
  {
    name: 'resync_repaired',
    help: 'What the last resync has repaired: repositories added, changed and removed, items swept.',
    labels: ['repair'],
    read: ({ resync }) => REPAIRS.map((repair) => ({ labels: { repair }, value: resync?.[repair] ?? 0 })),
  },
  {
    name: 'last_resync_timestamp_seconds',
    help: 'When a resync last came to its end.',
    read: ({ lastResyncTime }) => [{ value: secondsOf(lastResyncTime) }],
  },
  {
    name: 'resync_drift_ratio',
    help: 'Share of the repositories that the last resync had to add, change or remove: what events have missed, or where there are none, what was pushed since.',
    read: ({ resync }) => [{ value: resync && driftOf(resync) }],
  },
  {
    name: 'skipped',
    help: 'Things in the bucket that the last backfill or resync has skipped, by kind; harmful where something cannot be found for it.',
    labels: ['kind', 'harmful'],
    read: (status) => {
      const counts = skippedLast(status);
      return (counts ? FAULT_KINDS : []).map((kind) => ({
        labels: { kind, harmful: `${isHarmful(kind)}` },
        value: counts?.[kind] ?? 0,
      }));
    },
  },
  {
    name: 'last_event_timestamp_seconds',
    help: 'When an event of the registry or the store was last received, to the minute.',
    read: ({ notifications }) => [{ value: secondsOf(notifications?.lastEventTime) }],
  },
];

/** Figures of every RegistryIndex, from its status. */
export interface IndexMetrics {
  observe(index: RegistryIndex): void;
  /** Removes the series of a resource that is gone. */
  forget(key: ObjectKey): void;
}

export function createIndexMetrics(registry: Registry): IndexMetrics {
  const indexes = new Map<string, RegistryIndex>();
  for (const metric of STATUS_METRICS) registry.registerMetric(new StatusGauge(metric, () => indexes.values()));
  return {
    observe: (index) => void indexes.set(keyText(index.metadata), index),
    forget: (key) => void indexes.delete(keyText(key)),
  };
}

/** Reads its values when it is asked for them: those of a thousand resources are not worth keeping. */
class StatusGauge extends Gauge {
  readonly #metric: StatusMetric;
  readonly #indexes: () => Iterable<RegistryIndex>;

  constructor(metric: StatusMetric, indexes: () => Iterable<RegistryIndex>) {
    const labelNames = ['namespace', 'name', ...(metric.labels ?? [])];
    super({ name: `registry_index_${metric.name}`, help: metric.help, labelNames, registers: [] });
    this.#metric = metric;
    this.#indexes = indexes;
  }

  override async get() {
    return { ...(await super.get()), values: [...this.#indexes()].flatMap((index) => this.#valuesOf(index)) };
  }

  #valuesOf({ metadata: { namespace, name }, status = {} }: RegistryIndex) {
    return this.#metric
      .read(status)
      .flatMap(({ labels, value }) => (value === undefined ? [] : [{ labels: { namespace, name, ...labels }, value }]));
  }
}

function secondsOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time) / 1_000;
}

/** Repositories of the bucket and those that were gone from it are the whole. */
function driftOf({ repositories = 0, added = 0, changed = 0, removed = 0, gone = 0 }: ResyncStatus): number {
  const all = repositories + removed + gone;
  return all === 0 ? 0 : (added + changed + removed + gone) / all;
}

type ResyncStatus = NonNullable<RegistryIndexStatus['resync']>;

/**
 * By kind, from the last backfill or resync, whichever is later; undefined if an older version wrote it without kinds.
 */
function skippedLast({ backfill, resync }: RegistryIndexStatus = {}): Readonly<Record<string, number>> | undefined {
  const isResyncLater = Date.parse(resync?.endedAt ?? '') > Date.parse(backfill?.startedAt ?? '');
  return isResyncLater ? resync?.errorsByKind : backfill?.errorsByKind;
}
