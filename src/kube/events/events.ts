import { LRUCache } from 'lru-cache';
import type { Logger } from '../../telemetry/log.ts';
import type { KubeClient } from '../client/client.ts';
import { EVENT, type KubeObject, keyOf, keyText } from '../resource.ts';
import { hasReason } from '../status-error.ts';
import { type EventSource, type EventText, newEvent, type Regarding, seriesPatch } from './event-object.ts';

export interface EventRecorderOptions extends EventSource {
  readonly client: Pick<KubeClient, 'create' | 'patch'>;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

export interface EventRecorder {
  /**
   * Records an event; does not wait and never fails. Equal events about the same object become one event with a count,
   * which is written at most every ten minutes.
   */
  record(regarding: Regarding, text: EventText): void;
  /** Resolves when all requests under way have ended. */
  flush(): Promise<void>;
}

interface Recorded {
  count: number;
  writtenMs: number;
}

const SERIES_MS = 600_000;
const TIMEOUT_MS = 10_000;
const MAX_REMEMBERED = 1_000;

export function createEventRecorder({ client, now, log, ...source }: EventRecorderOptions): EventRecorder {
  const recorded = new LRUCache<string, Recorded>({ max: MAX_REMEMBERED });
  const underWay = new Set<Promise<void>>();

  async function create(event: KubeObject): Promise<void> {
    await client.create(EVENT, event, timeout()).catch(unlessReason('AlreadyExists'));
  }

  /** The API server forgets events after an hour, by default. */
  async function repeat(event: KubeObject, { count, writtenMs }: Recorded): Promise<void> {
    const patched = client.patch(EVENT, keyOf(event), seriesPatch(count, writtenMs), timeout());
    if ((await patched.catch(unlessReason('NotFound'))) === undefined) await create(event);
  }

  function send(key: string, sending: Promise<void>): void {
    const sent = sending.catch((err: unknown) => {
      recorded.delete(key);
      log.warn({ err, event: key }, 'Failed to record an event');
    });
    underWay.add(sent);
    void sent.then(() => underWay.delete(sent));
  }

  return {
    record(regarding, text) {
      const atMs = now();
      const event = newEvent(regarding, text, { ...source, atMs });
      const key = keyText(keyOf(event));
      const before = recorded.get(key);
      if (before === undefined) {
        recorded.set(key, { count: 1, writtenMs: atMs });
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
