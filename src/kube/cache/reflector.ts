import { sleep } from '../../async/sleep.ts';
import type { Logger } from '../../telemetry/log.ts';
import { ApiError } from '../api-error.ts';
import type { KubeClient } from '../client/client.ts';
import type { WatchEvent } from '../client/watch-stream.ts';
import type { KubeObject, ObjectKey, ResourceType } from '../resource.ts';
import { createFaultBackoff, type FaultBackoffOptions, REFLECTOR_BACKOFF } from './fault-backoff.ts';
import { createObjectStore, type ObjectChange } from './object-store.ts';

export interface ReflectorOptions {
  readonly client: Pick<KubeClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** All namespaces when not told. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Told after the reflector knows it; `object` is undefined when it is gone. A throw is logged and changes nothing. */
  readonly onChange: (key: ObjectKey, object: KubeObject | undefined) => void | Promise<void>;
  readonly log: Logger;
  readonly backoff?: FaultBackoffOptions;
  /** After this long without a word from the server a watch is renewed; see WatchOptions. */
  readonly idleMs?: number;
}

/** A copy, kept current, of all objects of a type. */
export interface Reflector {
  get(key: ObjectKey): KubeObject | undefined;
  list(): KubeObject[];
  /** Resolves with the first list, and also when stopped before. */
  readonly synced: Promise<void>;
  /** Resolves when `signal` has aborted and nothing is under way any more. */
  readonly stopped: Promise<void>;
}

/** A server that ends a watch sooner, without one event, is at fault. */
const SHORTEST_WATCH_MS = 1_000;

/**
 * Lists, then watches from there, until `signal` aborts. After any fault it waits and resumes the watch where it was; it
 * lists anew when the server has forgotten that version, or when a second fault comes before any event. Never rejects.
 */
export function startReflector(options: ReflectorOptions, signal: AbortSignal): Reflector {
  const { client, type, namespace, labelSelector, log, idleMs } = options;
  const store = createObjectStore();
  const pauseAfter = createFaultBackoff(options.backoff ?? REFLECTOR_BACKOFF);
  const synced = Promise.withResolvers<void>();
  let version: string | undefined;
  let barrenFaults = 0;

  async function tell({ key, object }: ObjectChange): Promise<void> {
    try {
      await options.onChange(key, object);
    } catch (err) {
      log.error({ err, type: type.plural, ...key }, 'a handler of changes failed');
    }
  }

  async function relist(): Promise<string> {
    const { items, resourceVersion } = await client.list(type, namespace, { labelSelector }, signal);
    const changes = store.replace(items);
    synced.resolve();
    for (const change of changes) void tell(change);
    return resourceVersion;
  }

  function take(event: WatchEvent): string | undefined {
    if (event.type === 'BOOKMARK') return event.resourceVersion;
    void tell(event.type === 'DELETED' ? store.remove(event.object) : store.put(event.object));
    return event.object.metadata.resourceVersion;
  }

  async function watch(resourceVersion: string): Promise<void> {
    const startedAt = performance.now();
    let events = 0;
    const watchOptions = { resourceVersion, labelSelector, idleMs, timeoutSeconds: watchSeconds() };
    for await (const event of client.watch(type, namespace, watchOptions, signal)) {
      version = take(event);
      barrenFaults = 0;
      events += 1;
    }
    if (events === 0 && performance.now() - startedAt < SHORTEST_WATCH_MS)
      throw new Error(`The API server ended a watch of ${type.plural} at once`);
  }

  async function recover(err: unknown): Promise<void> {
    if (signal.aborted) return;
    barrenFaults += 1;
    if (isForgotten(err) || barrenFaults > 1) version = undefined;
    const waitMs = pauseAfter(err);
    log.warn(
      { err, type: type.plural, waitMs: Math.round(waitMs), relist: version === undefined },
      'watch interrupted',
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

/** Between 5 and 10 minutes, so that not all watches end together; as client-go does. */
function watchSeconds(): number {
  return Math.round(300 * (1 + Math.random()));
}

/** The version asked for has been compacted away, told by the answer's status or by an ERROR event. */
function isForgotten(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}
