import { backoffMs } from '../../async/retry.ts';
import { sleep } from '../../async/sleep.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { KubeClient } from '../client/client.ts';
import type { WatchEvent } from '../client/watch-stream.ts';
import type { KubeObject, ObjectKey, ResourceType } from '../resource.ts';
import { hasReason, StatusError } from '../status-error.ts';
import { createObjectStore, type ObjectChange } from './object-store.ts';

export interface ReflectorOptions {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** All namespaces if left out. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** What the copy keeps of an object; `withoutHistory` if left out. */
  readonly keep?: (object: KubeObject) => KubeObject;
  /** Called after the copy has changed; `object` is undefined if it is gone. An error is logged and changes nothing. */
  readonly onChange: (key: ObjectKey, object: KubeObject | undefined) => void | Promise<void>;
  readonly log: Logger;
  readonly backoff?: FaultBackoffOptions;
  /** After this long without a line a watch is renewed; see WatchOptions. */
  readonly idleMs?: number;
}

/** A current copy of all objects of a type. */
export interface Reflector {
  get(key: ObjectKey): KubeObject | undefined;
  list(): KubeObject[];
  /**
   * Resolves with the first list, or when stopped before; also when the list of one namespace is forbidden, which must
   * not keep a program from its other namespaces.
   */
  readonly synced: Promise<void>;
  /** Resolves when `signal` has aborted and nothing is under way. */
  readonly stopped: Promise<void>;
}

/** A watch that ends earlier than this without an event counts as a fault. */
const SHORTEST_WATCH_MS = 1_000;

/**
 * Lists, then watches from there, until `signal` aborts. After a fault it waits and resumes the watch. It lists again
 * if the server no longer has that version, or after a second fault without an event in between. Never rejects.
 */
export function startReflector(options: ReflectorOptions, signal: AbortSignal): Reflector {
  const { client, type, namespace, labelSelector, keep = withoutHistory, log, idleMs } = options;
  const store = createObjectStore();
  const pauseAfter = createFaultBackoff(options.backoff ?? REFLECTOR_BACKOFF);
  const synced = Promise.withResolvers<void>();
  let version: string | undefined;
  let faultsSinceEvent = 0;

  async function notify({ key, object }: ObjectChange): Promise<void> {
    try {
      await options.onChange(key, object);
    } catch (err) {
      log.error({ err, type: type.plural, ...key }, 'Failed to handle a change');
    }
  }

  async function relist(): Promise<string> {
    const { items, resourceVersion } = await client.list(type, namespace, { labelSelector }, signal);
    const changes = store.replace(items.map(keep));
    synced.resolve();
    for (const change of changes) void notify(change);
    return resourceVersion;
  }

  function take(event: WatchEvent): string | undefined {
    if (event.type === 'BOOKMARK') return event.resourceVersion;
    void notify(event.type === 'DELETED' ? store.remove(event.object) : store.put(keep(event.object)));
    return event.object.metadata.resourceVersion;
  }

  async function watch(resourceVersion: string): Promise<void> {
    const startedAt = performance.now();
    let events = 0;
    const watchOptions = { resourceVersion, labelSelector, idleMs, timeoutSeconds: watchSeconds() };
    for await (const event of client.watch(type, namespace, watchOptions, signal)) {
      version = take(event);
      faultsSinceEvent = 0;
      events += 1;
    }
    if (events === 0 && performance.now() - startedAt < SHORTEST_WATCH_MS)
      throw new Error(`The API server ended a watch of ${type.plural} at once`);
  }

  async function recover(err: unknown): Promise<void> {
    if (signal.aborted) return;
    faultsSinceEvent += 1;
    if (namespace !== undefined && hasReason(err, 'Forbidden')) synced.resolve();
    if (isExpired(err) || faultsSinceEvent > 1) version = undefined;
    const waitMs = pauseAfter(err);
    log.warn(
      { err, type: type.plural, namespace, waitMs: Math.round(waitMs), relist: version === undefined },
      isUnknownType(err) ? `${UNKNOWN_TYPE} ${type.plural}.${type.group}` : 'Watch interrupted; resuming',
    );
    await sleep(waitMs, signal);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        version ??= await relist();
        await watch(version);
      } catch (error) {
        await recover(error);
      }
    }
    synced.resolve();
  }

  return {
    get: store.get,
    list: store.list,
    synced: synced.promise,
    stopped: run(),
  };
}

/** Copies of all objects of a type in these namespaces, as one; of all namespaces if none is named. */
export function startReflectors(
  options: Omit<ReflectorOptions, 'namespace'>,
  namespaces: readonly string[],
  signal: AbortSignal,
): Reflector {
  if (namespaces.length === 0) return startReflector(options, signal);
  const each = new Map(namespaces.map((namespace) => [namespace, startReflector({ ...options, namespace }, signal)]));
  const all = [...each.values()];
  return {
    get: (key) => each.get(key.namespace)?.get(key),
    list: () => all.flatMap((reflector) => reflector.list()),
    synced: allOf(all.map(({ synced }) => synced)),
    stopped: allOf(all.map(({ stopped }) => stopped)),
  };
}

async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Leaves out who has set which fields, and to what kubectl has set them: often more than all the rest. */
export function withoutHistory({ metadata: { managedFields, ...metadata }, ...object }: KubeObject): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: metadata.annotations ? { ...metadata, annotations } : metadata };
}

/** Between 5 and 10 minutes, as client-go does, so that not all watches end together. */
function watchSeconds(): number {
  return Math.round(300 * (1 + Math.random()));
}

const UNKNOWN_TYPE = 'The CustomResourceDefinition is missing; trying again until the API server knows';

/** The list of a type is there even when it is empty, so nothing else is meant by its absence. */
function isUnknownType(error: unknown): boolean {
  return error instanceof StatusError && error.status === 404;
}

/** Whether etcd has compacted the version away, by the answer's status or by an ERROR event. */
function isExpired(error: unknown): boolean {
  return error instanceof StatusError && error.status === 410;
}

export interface FaultBackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** A fault this long after the last one counts as the first. */
  readonly healthyMs: number;
}

/**
 * The values of client-go's reflector, but for a cap of a third: a new object needs several watches one after the
 * other, and a handful of them every ten seconds costs a server little.
 */
export const REFLECTOR_BACKOFF: FaultBackoffOptions = { baseMs: 800, capMs: 10_000, healthyMs: 120_000 };

/** Returns the milliseconds to wait after each fault: growing, with jitter, and never less than Retry-After. */
export function createFaultBackoff({ baseMs, capMs, healthyMs }: FaultBackoffOptions): (error: unknown) => number {
  let faults = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const at = performance.now();
    faults = at - lastAt > healthyMs ? 0 : faults + 1;
    lastAt = at;
    const askedMs = error instanceof StatusError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(askedMs, backoffMs(faults, { baseMs, capMs }));
  };
}
