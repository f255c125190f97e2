import { API_VERSION, KIND, type RegistryIndex } from '../api/registry-index.ts';
import type { KubeObject, ResourceType } from '../kube/resource.ts';
import type { OperatorDeps } from './deps.ts';

/** The field manager of everything that the operator applies. */
export const FIELD_MANAGER = 'registry-index';

/** The owner reference by which Kubernetes removes a child with its RegistryIndex; always in the same namespace. */
export function ownedBy({ metadata }: RegistryIndex) {
  const { name, uid } = metadata;
  return [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }];
}

/**
 * Applies a child unless everything that we want of it is there already: an equal apply is never sent, and fields that
 * others set (an autoscaler's replicas, a mesh's annotations) are not looked at.
 */
export async function ensureChild(
  { client }: Pick<OperatorDeps, 'client'>,
  { type, live, wanted }: { type: ResourceType; live: KubeObject | undefined; wanted: KubeObject },
  signal: AbortSignal,
): Promise<KubeObject> {
  if (live && contains(live, wanted)) return live;
  return client.apply(type, wanted, { fieldManager: FIELD_MANAGER, force: true }, signal);
}

/** Whether every field of `wanted` stands in `live` with the same value; arrays must match element by element. */
export function contains(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, i) => contains(live[i], item));
  if (!isObject(wanted)) return live === wanted;
  return isObject(live) && Object.entries(wanted).every(([key, value]) => contains(live[key], value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
