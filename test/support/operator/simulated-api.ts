import { isRecord } from '../../../src/json/is-record.ts';
import type { Reflector } from '../../../src/kube/cache/reflector.ts';
import type { KubeClient } from '../../../src/kube/client/client.ts';
import { type KubeObject, keyOf, keyText, type ObjectKey, type ResourceType } from '../../../src/kube/resource.ts';
import { StatusError } from '../../../src/kube/status-error.ts';
import { kubeClient } from './operator-deps.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An API server in memory, as far as the operator uses one; its caches are never behind. */
export interface SimulatedApi {
  readonly client: KubeClient;
  cache(type: ResourceType): Reflector;
  get(type: ResourceType, key: ObjectKey): KubeObject | undefined;
  all(): KubeObject[];
  /** As a person or a controller does it. */
  apply(type: ResourceType, object: KubeObject, manager: string): void;
  remove(type: ResourceType, key: ObjectKey): void;
}

interface Stored {
  readonly type: ResourceType;
  readonly base: KubeObject;
  /** What each field manager has applied. */
  readonly applied: ReadonlyMap<string, Fields>;
}

export function simulateApi(nowMs: () => number): SimulatedApi {
  const stored = new Map<string, Stored>();
  let version = 0;
  let uids = 0;
  const idOf = (type: ResourceType, key: ObjectKey) => `${type.plural} ${keyText(key)}`;
  const objectOf = ({ base, applied }: Stored): KubeObject =>
    [...applied.values()].reduce<KubeObject>((object, fields) => merged(object, fields), base);
  const find = (type: ResourceType, key: ObjectKey) => {
    const found = stored.get(idOf(type, key));
    return found && objectOf(found);
  };

  function put(entry: Stored): KubeObject {
    const id = idOf(entry.type, keyOf(entry.base));
    const before = stored.get(id);
    const [was, is] = [before && objectOf(before), objectOf(entry)];
    if (was && JSON.stringify(was) === JSON.stringify(is)) return was;
    version += 1;
    const generation =
      (was?.metadata.generation ?? 0) + (JSON.stringify(was?.spec) === JSON.stringify(is.spec) ? 0 : 1);
    const metadata = { ...entry.base.metadata, resourceVersion: String(version), generation };
    stored.set(id, { ...entry, base: { ...entry.base, metadata } });
    return release(id);
  }

  /** Removes an object that is being deleted and has no finalizer, with what it owns. */
  function release(id: string): KubeObject {
    const entry = stored.get(id);
    if (!entry) throw refusal(404, 'NotFound');
    const object = objectOf(entry);
    if (object.metadata.deletionTimestamp === undefined || object.metadata.finalizers?.length) return object;
    stored.delete(id);
    const { uid } = object.metadata;
    for (const [otherId, other] of stored)
      if (objectOf(other).metadata.ownerReferences?.some((owner) => owner.uid === uid)) stored.delete(otherId);
    return object;
  }

  function check(live: KubeObject | undefined, { metadata }: { readonly metadata?: unknown }): void {
    if (!isRecord(metadata)) return;
    for (const field of ['uid', 'resourceVersion'] as const)
      if (metadata[field] !== undefined && metadata[field] !== live?.metadata[field]) throw refusal(409, 'Conflict');
  }

  function apply(type: ResourceType, object: KubeObject, manager: string): KubeObject {
    const before = stored.get(idOf(type, keyOf(object)));
    check(before && objectOf(before), object);
    const { uid, resourceVersion, ...metadata } = object.metadata;
    const created = { ...keyOf(object), uid: `uid-${uids + 1}`, creationTimestamp: isoTime(nowMs()) };
    if (!before) uids += 1;
    const base = before?.base ?? { apiVersion: object.apiVersion, kind: object.kind, metadata: created };
    return put({ type, base, applied: new Map(before?.applied).set(manager, { ...object, metadata }) });
  }

  function remove(type: ResourceType, key: ObjectKey): void {
    const entry = stored.get(idOf(type, key));
    if (!entry) return;
    const metadata = { ...entry.base.metadata, deletionTimestamp: isoTime(nowMs()) };
    put({ ...entry, base: { ...entry.base, metadata } });
  }

  const client = kubeClient({
    get: async (type, key) => find(type, key),
    apply: async (type, object, { fieldManager }) => apply(type, object, fieldManager),
    applyStatus: async (type, { metadata, status }, { fieldManager }) => {
      const live = find(type, metadata);
      if (!live) throw refusal(404, 'NotFound');
      const { apiVersion, kind } = live;
      return apply(type, { apiVersion, kind, metadata, status }, `${fieldManager}/status`);
    },
    patch: async (type, key, change) => {
      const entry = stored.get(idOf(type, key));
      if (!entry) throw refusal(404, 'NotFound');
      check(objectOf(entry), change);
      const { metadata, ...fields } = change as { metadata?: Fields };
      const { uid, resourceVersion, ...rest } = metadata ?? {};
      const patch = merged(entry.applied.get('patch') ?? {}, { ...fields, metadata: rest });
      return put({ ...entry, applied: new Map(entry.applied).set('patch', patch) });
    },
    remove: async (type, key, { uid }) => {
      const live = find(type, key);
      if (live && uid !== undefined && live.metadata.uid !== uid) throw refusal(409, 'Conflict');
      remove(type, key);
    },
  });

  const ofType = (type: ResourceType) => [...stored.values()].filter((entry) => entry.type.plural === type.plural);
  return {
    client,
    cache: (type) => ({
      get: (key) => find(type, key),
      list: () => ofType(type).map(objectOf),
      synced: Promise.resolve(),
      stopped: Promise.resolve(),
    }),
    get: find,
    all: () => [...stored.values()].map(objectOf),
    apply: (type, object, manager) => void apply(type, object, manager),
    remove,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function refusal(status: number, reason: string): StatusError {
  return new StatusError({ status, reason, message: reason, causes: [], retryAfterMs: undefined });
}

/** Maps are joined, everything else is replaced. */
function merged<Target extends object>(target: Target, fields: Fields): Target {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(target));
  for (const [name, value] of Object.entries(fields)) {
    const before = result[name];
    result[name] = isRecord(before) && isRecord(value) ? merged(before, value) : value;
  }
  return result as Target;
}
