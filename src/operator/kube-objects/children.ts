import { APPLIED_ANNOTATION, hashOf } from '../../api/names.ts';
import { API_VERSION, KIND, type RegistryIndex } from '../../api/registry-index.ts';
import { isRecord } from '../../json/is-record.ts';
import { type KubeObject, keyOf, type OwnerReference, type ResourceType } from '../../kube/resource.ts';
import type { OperatorDeps } from '../deps.ts';
import { sameQuantity } from './quantity.ts';

/** The field manager of everything that the operator applies. */
export const FIELD_MANAGER = 'registry-index';

/** The owner reference by which Kubernetes removes a child with its RegistryIndex; always in the same namespace. */
export function ownedBy({ metadata }: RegistryIndex) {
  const { name, uid } = metadata;
  return [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** An object of somebody else has the name that one of ours is to have. */
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

/** Whether an object is controlled by this very resource: labels and names may be anybody's. */
export function isChildOf({ metadata }: RegistryIndex, object: KubeObject): boolean {
  return controllerOf(object)?.uid === metadata.uid;
}

/**
 * Applies a child unless everything that we want of it is there already: an equal apply is never sent, and fields that
 * others set (an autoscaler's replicas, a mesh's annotations) are not looked at. The annotation tells what we no longer
 * want, which server-side apply then takes away.
 *
 * The cache has only what carries our labels. What it does not have is asked for once more, because an apply would take
 * over whatever has that name: rejects with ChildNotOurs where it is somebody else's, with or without our labels. What is
 * applied is the very object that was looked at, by its uid.
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

/** As a part of an object's metadata: what is written goes to that very object, or to none. */
export function uidOf(live: KubeObject | undefined): { readonly uid?: string } {
  return live?.metadata.uid === undefined ? {} : { uid: live.metadata.uid };
}

export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

const QUANTITIES: ReadonlySet<string> = new Set(['requests', 'limits']);

/**
 * Whether every field of `wanted` stands in `live` with the same value. Arrays must match element by element, quantities
 * in their amount; an empty object is also there when it is left out, as the API server does.
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
