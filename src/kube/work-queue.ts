import { EventEmitter, once } from 'node:events';
import { keyText, type ObjectKey, parseKey } from './resource.ts';
import { createTimers } from './timers.ts';
import { createTokenBucket } from './token-bucket.ts';

/**
 * Keys to reconcile, after client-go's workqueue. A key waits at most once, is with one worker at a time, and when added
 * while it is being worked on comes again afterwards: nothing that is added is lost.
 */
export interface WorkQueue {
  add(key: ObjectKey): void;
  /** Adds the key in `ms` milliseconds; of several times the earliest counts. */
  addAfter(key: ObjectKey, ms: number): void;
  /** Adds the key again after its own pause, which doubles every time until `forget`, and as the overall rate allows. */
  retry(key: ObjectKey): void;
  /** The key went well: its next pause is the shortest again. */
  forget(key: ObjectKey): void;
  /** The next key for a worker, which gives it back with `finish`; undefined once `signal` aborts. */
  take(signal: AbortSignal): Promise<ObjectKey | undefined>;
  finish(key: ObjectKey): void;
  /** Drops what waits for its time and takes no more; for the end of the program. */
  close(): void;
}

export interface QueueObserver {
  added(): void;
  retried(): void;
  /** How many keys wait now. */
  depth(keys: number): void;
}

export interface WorkQueueOptions {
  readonly metrics?: QueueObserver;
}

/** client-go's DefaultControllerRateLimiter, except for its cap of 1,000 s. */
const RETRY_BASE_MS = 5;
const RETRY_CAP_MS = 300_000;
const RETRIES_PER_SECOND = 10;
const RETRY_BURST = 100;

export function createWorkQueue({ metrics }: WorkQueueOptions = {}): WorkQueue {
  const dirty = new Set<string>();
  const processing = new Set<string>();
  const failures = new Map<string, number>();
  const nextToken = createTokenBucket({ perSecond: RETRIES_PER_SECOND, burst: RETRY_BURST, now: monotonicNow });
  const work = new EventEmitter().setMaxListeners(0);
  const timers = createTimers(markDirty);
  let closed = false;

  function markDirty(text: string): void {
    if (closed || dirty.has(text)) return;
    dirty.add(text);
    metrics?.added();
    announce();
  }

  function announce(): void {
    metrics?.depth(dirty.size);
    work.emit('changed');
  }

  /** Oldest first; a Set keeps the order of insertion. */
  function nextReady(): string | undefined {
    return dirty.values().find((text) => !processing.has(text));
  }

  async function take(signal: AbortSignal): Promise<ObjectKey | undefined> {
    while (!signal.aborted) {
      const text = nextReady();
      if (text !== undefined) return start(text);
      await once(work, 'changed', { signal }).catch(() => undefined);
    }
    return undefined;
  }

  function start(text: string): ObjectKey {
    dirty.delete(text);
    processing.add(text);
    metrics?.depth(dirty.size);
    return parseKey(text);
  }

  return {
    add: (key) => markDirty(keyText(key)),
    addAfter: (key, ms) => timers.set(keyText(key), ms),
    retry: (key) => {
      const text = keyText(key);
      const failed = failures.get(text) ?? 0;
      failures.set(text, failed + 1);
      metrics?.retried();
      timers.set(text, Math.max(nextToken(), Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** failed)));
    },
    forget: (key) => void failures.delete(keyText(key)),
    take,
    finish: (key) => {
      processing.delete(keyText(key));
      announce();
    },
    close: () => {
      closed = true;
      timers.clear();
    },
  };
}

function monotonicNow(): number {
  return performance.now();
}
