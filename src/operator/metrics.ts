import { Gauge, type Registry } from 'prom-client';
import { CONDITION_TYPES } from '../api/conditions.ts';
import { FAULT_KINDS, isHarmful } from '../api/fault.ts';
import type { RegistryIndexStatus } from '../api/generated.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import type { ObjectKey } from '../kube/resource.ts';

const REPAIRS = ['added', 'changed', 'removed', 'swept'] as const;

/** Figures of the last backfill: the end of the metric's name, and from what it is read. */
const BACKFILL_FIGURES: readonly BackfillFigure[] = [
  {
    name: 'progress_ratio',
    help: 'Share of the bucket that the last backfill has read, 0 to 1.',
    read: ({ percent }) => (percent === undefined ? undefined : percent / 100),
  },
  {
    name: 'repositories',
    help: 'Repositories that the last backfill has found.',
    read: ({ repositories }) => repositories,
  },
  {
    name: 'remaining_seconds',
    help: 'Until the backfill that runs is complete if it goes on as fast.',
    read: ({ secondsLeft }) => secondsLeft,
  },
  {
    name: 'errors',
    help: 'Things in the bucket that the last backfill has skipped.',
    read: ({ errorCount }) => errorCount,
  },
];

interface BackfillFigure {
  readonly name: string;
  readonly help: string;
  readonly read: (backfill: NonNullable<RegistryIndexStatus['backfill']>) => number | undefined;
}

/** Figures of every RegistryIndex, from its status. */
export interface IndexMetrics {
  observe(index: RegistryIndex): void;
  /** Removes the series of a resource that is gone. */
  forget(key: ObjectKey): void;
}

export function createIndexMetrics(registry: Registry): IndexMetrics {
  const labelNames = ['namespace', 'name'];
  const registers = [registry];
  const condition = new Gauge({
    name: 'registry_index_condition',
    help: '1 where the condition of the RegistryIndex is True, 0 where it is not.',
    labelNames: [...labelNames, 'type'],
    registers,
  });
  const repaired = new Gauge({
    name: 'registry_index_resync_repaired',
    help: 'What the last resync has repaired: repositories added, changed and removed, items swept.',
    labelNames: [...labelNames, 'repair'],
    registers,
  });
  const resynced = new Gauge({
    name: 'registry_index_last_resync_timestamp_seconds',
    help: 'When a resync last came to its end.',
    labelNames,
    registers,
  });
  const drift = new Gauge({
    name: 'registry_index_resync_drift_ratio',
    help: 'Share of the repositories that the last resync had to add, change or remove: what events have missed, or where there are none, what was pushed since.',
    labelNames,
    registers,
  });
  const skipped = new Gauge({
    name: 'registry_index_skipped',
    help: 'Things in the bucket that the last backfill or resync has skipped, by kind; harmful where something cannot be found for it.',
    labelNames: [...labelNames, 'kind', 'harmful'],
    registers,
  });
  const notified = new Gauge({
    name: 'registry_index_last_event_timestamp_seconds',
    help: 'When an event of the registry or the store was last received, to the minute.',
    labelNames,
    registers,
  });
  const backfill = BACKFILL_FIGURES.map(({ name, help, read }) => ({
    gauge: new Gauge({ name: `registry_index_backfill_${name}`, help, labelNames, registers }),
    read,
  }));
  return {
    observe({ metadata: { namespace, name }, status }) {
      const conditions = new Map(status?.conditions?.map((each) => [each.type, each.status]));
      for (const type of CONDITION_TYPES) if (!conditions.has(type)) condition.remove({ namespace, name, type });
      for (const [type, value] of conditions) condition.set({ namespace, name, type }, value === 'True' ? 1 : 0);
      for (const { gauge, read } of backfill) {
        const figure = status?.backfill && read(status.backfill);
        if (figure === undefined) gauge.remove({ namespace, name });
        else gauge.set({ namespace, name }, figure);
      }
      if (status?.lastResyncTime) resynced.set({ namespace, name }, Date.parse(status.lastResyncTime) / 1_000);
      const { lastEventTime } = status?.notifications ?? {};
      if (lastEventTime) notified.set({ namespace, name }, Date.parse(lastEventTime) / 1_000);
      else notified.remove({ namespace, name });
      if (status?.resync) drift.set({ namespace, name }, driftOf(status.resync));
      const counts = skippedLast(status);
      for (const kind of counts ? FAULT_KINDS : [])
        skipped.set({ namespace, name, kind, harmful: `${isHarmful(kind)}` }, counts?.[kind] ?? 0);
      for (const repair of REPAIRS) repaired.set({ namespace, name, repair }, status?.resync?.[repair] ?? 0);
    },
    forget({ namespace, name }) {
      for (const type of CONDITION_TYPES) condition.remove({ namespace, name, type });
      for (const kind of FAULT_KINDS) skipped.remove({ namespace, name, kind, harmful: `${isHarmful(kind)}` });
      for (const repair of REPAIRS) repaired.remove({ namespace, name, repair });
      for (const { gauge } of backfill) gauge.remove({ namespace, name });
      resynced.remove({ namespace, name });
      notified.remove({ namespace, name });
      drift.remove({ namespace, name });
    },
  };
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
