import type { Logger } from '../../telemetry/log.ts';
import { hasReason } from '../api-error.ts';
import type { KubeClient } from '../client/client.ts';
import { EVENT, type KubeObject, keyOf, keyText } from '../resource.ts';
import { type EventSource, type EventText, newEvent, type Regarding, seriesPatch } from './event-object.ts';

export interface EventRecorderOptions extends EventSource {
  readonly client: Pick<KubeClient, 'create' | 'patch'>;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

export interface EventRecorder {
  /**
   * Tells people of something, without waiting and without ever failing. The same about the same object is told once;
   * while it goes on, the count on that event follows, written at most every ten minutes.
   */
  record(regarding: Regarding, text: EventText): void;
  /** Resolves when nothing is on its way any more. */
  flush(): Promise<void>;
}

interface Told {
  count: number;
  writtenMs: number;
}

const SERIES_MS = 600_000;
const TIMEOUT_MS = 10_000;
const MOST_REMEMBERED = 1_000;

export function createEventRecorder({ client, now, log, ...source }: EventRecorderOptions): EventRecorder {
  const told = new Map<string, Told>();
  const underWay = new Set<Promise<void>>();

  async function create(event: KubeObject): Promise<void> {
    await client.create(EVENT, event, timeout()).catch(unlessReason('AlreadyExists'));
  }

  /** The API server forgets events after an hour, by default. */
  async function repeat(event: KubeObject, { count, writtenMs }: Told): Promise<void> {
    const patched = client.patch(EVENT, keyOf(event), seriesPatch(count, writtenMs), timeout());
    if ((await patched.catch(unlessReason('NotFound'))) === undefined) await create(event);
  }

  function send(key: string, sending: Promise<void>): void {
    const sent = sending.catch((err: unknown) => {
      told.delete(key);
      log.warn({ err, event: key }, 'an event could not be told');
    });
    underWay.add(sent);
    void sent.then(() => underWay.delete(sent));
  }

  function remember(key: string, first: Told): void {
    const [oldest] = told.keys();
    if (oldest !== undefined && told.size >= MOST_REMEMBERED) told.delete(oldest);
    told.set(key, first);
  }

  return {
    record(regarding, text) {
      const atMs = now();
      const event = newEvent(regarding, text, { ...source, atMs });
      const key = keyText(keyOf(event));
      const before = told.get(key);
      if (before === undefined) {
        remember(key, { count: 1, writtenMs: atMs });
        send(key, create(event));
        return;
      }
      before.count += 1;
      if (atMs - before.writtenMs < SERIES_MS) return;
      before.writtenMs = atMs;
      send(key, repeat(event, before));
    },
    async flush() {
      await Promise.all(underWay);
    },
  };
}

function timeout(): AbortSignal {
  return AbortSignal.timeout(TIMEOUT_MS);
}

function unlessReason(reason: string): (error: unknown) => undefined {
  return (error) => {
    if (!hasReason(error, reason)) throw error;
  };
}
