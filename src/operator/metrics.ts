import { Gauge, type Registry } from 'prom-client';
import { CONDITION_TYPES } from '../api/conditions.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import type { ObjectKey } from '../kube/resource.ts';

/** Figures of every RegistryIndex, as its status tells them. */
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
  const percent = new Gauge({
    name: 'registry_index_backfill_percent',
    help: 'How much of the bucket the current backfill has read.',
    labelNames,
    registers,
  });
  return {
    observe({ metadata: { namespace, name }, status }) {
      for (const { type, status: value } of status?.conditions ?? [])
        condition.set({ namespace, name, type }, value === 'True' ? 1 : 0);
      if (status?.backfill?.percent !== undefined) percent.set({ namespace, name }, status.backfill.percent);
    },
    forget({ namespace, name }) {
      for (const type of CONDITION_TYPES) condition.remove({ namespace, name, type });
      percent.remove({ namespace, name });
    },
  };
}
