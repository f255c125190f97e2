import { APPLIED_ANNOTATION, type Component, childName, hashOf, labelsOf } from '../../api/names.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../../api/registry-index.ts';
import { isRecord } from '../../json/is-record.ts';
import {
  DEPLOYMENT,
  type DISRUPTION_BUDGET,
  type KubeObject,
  keyOf,
  type OwnerReference,
  type ResourceType,
  SERVICE,
} from '../../kube/resource.ts';
import type { OperatorDeps, ReconcileContext } from '../context.ts';
import { sameQuantity } from './quantity.ts';

/** The field manager of all that the operator applies. */
export const FIELD_MANAGER = 'registry-index';

/** The owner reference by which Kubernetes deletes a child with its RegistryIndex. */
export function ownedBy({ metadata }: RegistryIndex) {
  const { name, uid } = metadata;
  return [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** The metadata of a child; `suffix` distinguishes several of one component. */
export function childMetadata(index: RegistryIndex, component: Component, suffix?: string) {
  const { name, namespace } = index.metadata;
  return {
    name: childName(name, component, suffix),
    namespace,
    labels: labelsOf(name, component),
    ownerReferences: ownedBy(index),
  };
}

/** Another owner's object has the name of a child. */
export class ChildNotOurs extends Error {
  constructor(live: KubeObject) {
    const { kind, metadata } = live;
    const controller = controllerOf(live);
    const whose = controller ? `${controller.kind} ${controller.name} (uid ${controller.uid})` : 'nobody';
    const way = 'delete it, or give the RegistryIndex another name';
    super(`${kind} ${metadata.name} exists and is not of this RegistryIndex, but of ${whose}; ${way}`);
    this.name = 'ChildNotOurs';
  }
}

/** Whether this resource controls the object. Labels and names prove nothing: anybody can set them. */
export function isChildOf({ metadata }: RegistryIndex, object: KubeObject): boolean {
  return controllerOf(object)?.uid === metadata.uid;
}

/**
 * Applies a child unless it already has every field that we want. Fields that others set (an autoscaler's replicas, a
 * mesh's annotations) are ignored. The annotation, a hash of what we applied, shows that a field is no longer wanted;
 * server-side apply then removes that field.
 *
 * The cache has only objects with our labels, so an object that is not in it is read from the server: an apply would
 * take over any object of that name. Rejects with ChildNotOurs if another owner controls it. The uid makes sure that
 * the object that was checked is the one that is written.
 */
export async function ensureChild(
  { client }: Pick<OperatorDeps, 'client'>,
  { type, live: cached, wanted }: { type: ResourceType; live: KubeObject | undefined; wanted: KubeObject },
  signal: AbortSignal,
): Promise<KubeObject> {
  const { metadata } = wanted;
  const annotations = { ...metadata.annotations, [APPLIED_ANNOTATION]: hashOf(wanted) };
  const child = { ...wanted, metadata: { ...metadata, annotations } };
  const live = cached ?? (await client.get(type, keyOf(wanted), signal));
  if (live && controllerOf(live)?.uid !== controllerOf(wanted)?.uid) throw new ChildNotOurs(live);
  if (live && contains(live, child)) return live;
  const options = { fieldManager: FIELD_MANAGER, force: true };
  return client.apply(type, { ...child, metadata: { ...child.metadata, ...uidOf(live) } }, options, signal);
}

type CachedType = typeof DEPLOYMENT | typeof SERVICE | typeof DISRUPTION_BUDGET;

/** Applies a child unless the cache shows it as it is wanted. */
export function ensureCached(
  { deps, signal }: Pick<ReconcileContext, 'deps' | 'signal'>,
  type: CachedType,
  wanted: KubeObject,
): Promise<KubeObject> {
  return ensureChild(deps, { type, live: cacheOf(deps, type).get(keyOf(wanted)), wanted }, signal);
}

/** Removes a child if the cache has it and it is ours. */
export async function removeCached(
  { deps, index, signal }: Pick<ReconcileContext, 'deps' | 'index' | 'signal'>,
  type: CachedType,
  unwanted: KubeObject,
): Promise<void> {
  const live = cacheOf(deps, type).get(keyOf(unwanted));
  if (!live || !isChildOf(index, live)) return;
  await deps.client.remove(type, keyOf(unwanted), { propagation: 'Background', ...uidOf(live) }, signal);
}

function cacheOf({ caches }: OperatorDeps, type: CachedType) {
  if (type === DEPLOYMENT) return caches.deployments;
  return type === SERVICE ? caches.services : caches.disruptionBudgets;
}

/** Metadata that makes a write conditional on this object, and not on its name alone. */
export function uidOf(live: KubeObject | undefined): { readonly uid?: string } {
  return live?.metadata.uid === undefined ? {} : { uid: live.metadata.uid };
}

export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

const QUANTITIES: ReadonlySet<string> = new Set(['requests', 'limits']);

/**
 * Whether `live` has every field of `wanted` with the same value. Arrays must match element by element, quantities in
 * their amount. An empty object may be left out, as the API server does.
 */
export function contains(live: unknown, wanted: unknown, isSame: Comparison = Object.is): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, i) => contains(live[i], item));
  if (!isRecord(wanted)) return isSame(live, wanted);
  const fields = Object.entries(wanted);
  if (!isRecord(live)) return live === undefined && fields.length === 0;
  return fields.every(([key, value]) => contains(live[key], value, QUANTITIES.has(key) ? sameQuantity : isSame));
}

type Comparison = (live: unknown, wanted: unknown) => boolean;
