import type { Component } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { DISRUPTION_BUDGET, type KubeObject } from '../../kube/resource.ts';
import type { ReconcileContext } from '../context.ts';
import { childMetadata, ensureCached, removeCached } from './children.ts';
import { podLabels } from './serving-pods.ts';

/**
 * Applies a PodDisruptionBudget where there are several pods, so that the drain of a node takes one at a time. With one
 * pod it would keep nothing, so it is removed.
 */
export async function ensureDisruptionBudget(
  context: ReconcileContext,
  component: Component,
  replicas: number,
): Promise<void> {
  const budget = disruptionBudget(context.index, component);
  if (replicas >= 2) await ensureCached(context, DISRUPTION_BUDGET, budget);
  else await removeCached(context, DISRUPTION_BUDGET, budget);
}

function disruptionBudget(index: RegistryIndex, component: Component): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: DISRUPTION_BUDGET.kind,
    metadata: childMetadata(index, component),
    spec: {
      maxUnavailable: 1,
      // A pod that is not ready serves nobody, and would block the drain for ever.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: podLabels(index, component) },
    },
  };
}

const OVER = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'];

/** Puts the pods of one template on different nodes and in different zones where there are any. */
export function spread(index: RegistryIndex, component: Component) {
  return OVER.map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: podLabels(index, component) },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
