import { isRecord } from '../../../src/json/is-record.ts';
import type { KubeClient } from '../../../src/kube/client/client.ts';
import { type KubeObject, keyOf, keyText, type ObjectKey } from '../../../src/kube/resource.ts';
import { StatusError } from '../../../src/kube/status-error.ts';

export interface ObjectApi {
  /** Another process's way to the same objects, which can be cut. */
  client(): CuttableClient;
  read(key: ObjectKey): KubeObject | undefined;
  all(): KubeObject[];
}

export interface CuttableClient extends Pick<KubeClient, 'get' | 'create' | 'patch'> {
  cut: boolean;
}

/** Objects in memory with the API server's optimistic concurrency: AlreadyExists, NotFound, and Conflict. */
export function createObjectApi(): ObjectApi {
  const objects = new Map<string, KubeObject>();
  let version = 0;

  function store(object: KubeObject): KubeObject {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(keyText(keyOf(object)), stored);
    return stored;
  }

  function create(object: KubeObject): KubeObject {
    if (objects.has(keyText(keyOf(object)))) throw refusal(409, 'AlreadyExists');
    return store(object);
  }

  function patch(key: ObjectKey, change: object): KubeObject {
    const before = objects.get(keyText(key));
    if (before === undefined) throw refusal(404, 'NotFound');
    const expected = 'metadata' in change && isRecord(change.metadata) ? change.metadata.resourceVersion : undefined;
    if (expected !== undefined && expected !== before.metadata.resourceVersion) throw refusal(409, 'Conflict');
    return store({ ...before, ...merged(before, change), metadata: before.metadata });
  }

  return {
    read: (key) => objects.get(keyText(key)),
    all: () => [...objects.values()],
    client() {
      const answer = async <T>(act: () => T): Promise<T> => {
        await Promise.resolve();
        if (client.cut) throw new Error('no answer from the API server');
        const result = act();
        await Promise.resolve();
        return result;
      };
      const client: CuttableClient = {
        cut: false,
        get: (_type, key) => answer(() => objects.get(keyText(key))),
        create: (_type, object) => answer(() => create(object)),
        patch: (_type, key, change) => answer(() => patch(key, change)),
      };
      return client;
    },
  };
}

function refusal(status: number, reason: string): StatusError {
  return new StatusError({ status, reason, message: reason, causes: [], retryAfterMs: undefined });
}

/** JSON merge patch (RFC 7396): null removes. */
function merged(target: unknown, change: object): Record<string, unknown> {
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else result[name] = isRecord(value) ? merged(result[name], value) : value;
  }
  return result;
}
