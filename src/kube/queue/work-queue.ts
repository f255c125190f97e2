import { LRUCache } from 'lru-cache';
import { createTokenBucket, type TokenBucket } from '../../async/token-bucket.ts';
import { keyText, type ObjectKey, parseKey } from '../resource.ts';
import { createFairQueue, type Priority } from './fair-queue.ts';

/** Keys whose work was slow and failed go to the `slow` lane, where they delay only each other. */
export type Lane = 'ordinary' | 'slow';

/** What a worker takes: keys of one lane and of these priorities, the preferred one first. */
export interface WorkerKind {
  readonly lane: Lane;
  readonly priorities: readonly Priority[];
}

const EVERYTHING: WorkerKind = { lane: 'ordinary', priorities: ['normal', 'low'] };

/**
 * Keys to reconcile, after client-go's workqueue. A key waits at most once and is with one worker at a time. A key that
 * is added while a worker has it comes again afterwards, so nothing that is added is lost. Namespaces take turns.
 */
export interface WorkQueue {
  add(key: ObjectKey, priority?: Priority): void;
  /**
   * Adds the key in `ms` milliseconds, with low priority where that is long: what can wait so long is only looked at
   * again. Of several times the earliest counts.
   */
  addAfter(key: ObjectKey, ms: number): void;
  /**
   * Adds the key to a lane again after a pause, which doubles with every retry until `forget`, and not faster than the
   * retry rate of its namespace.
   */
  retry(key: ObjectKey, lane?: Lane): void;
  /** After a success or a change of the object: the next pause is the shortest, and the lane the ordinary one. */
  forget(key: ObjectKey): void;
  /** The next key for a worker of this kind, which calls `finish` when done; undefined once `signal` aborts. */
  take(signal: AbortSignal, kind?: WorkerKind): Promise<ObjectKey | undefined>;
  finish(key: ObjectKey): void;
  /** Drops delayed keys and accepts no more; for the end of the program. */
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
  /** Uniform in [0, 1); spreads retries. */
  readonly random?: () => number;
}

/** client-go's cap is 1,000 s. Here it is shorter, so that a service that works again is noticed soon. */
const PAUSES: Readonly<Record<Lane, { readonly baseMs: number; readonly capMs: number }>> = {
  ordinary: { baseMs: 5, capMs: 60_000 },
  slow: { baseMs: 1_000, capMs: 30_000 },
};
const RETRIES_PER_SECOND = 10;
const RETRY_BURST = 100;
const LONG_MS = 10_000;
const MAX_PER_NAMESPACE = 128;
const NAMESPACES_REMEMBERED = 1_000;

interface Worker {
  readonly kind: WorkerKind;
  readonly give: (key: ObjectKey) => void;
}

export function createWorkQueue({ metrics, random = Math.random }: WorkQueueOptions = {}): WorkQueue {
  const queue = createFairQueue(MAX_PER_NAMESPACE);
  const failures = new Map<string, number>();
  const slow = new Set<string>();
  const buckets = new LRUCache<string, TokenBucket>({ max: NAMESPACES_REMEMBERED });
  const workers = new Set<Worker>();
  const timers = createTimers((text, priority) => add(parseKey(text), priority));
  let closed = false;

  function add(key: ObjectKey, priority: Priority = 'normal'): void {
    if (closed || !queue.add(key, priority)) return;
    metrics?.added();
    dispatch();
  }

  function next({ lane, priorities }: WorkerKind): ObjectKey | undefined {
    return queue.next(priorities, (text) => slow.has(text) === (lane === 'slow'));
  }

  /** Gives keys to the workers that wait. */
  function dispatch(): void {
    const empty = new Set<WorkerKind>();
    for (const { kind, give } of workers) {
      const key = empty.has(kind) ? undefined : next(kind);
      if (key === undefined) empty.add(kind);
      else give(key);
    }
    metrics?.depth(queue.waiting());
  }

  async function take(signal: AbortSignal, kind = EVERYTHING): Promise<ObjectKey | undefined> {
    if (signal.aborted) return undefined;
    const ready = next(kind);
    if (ready === undefined) return wait(signal, kind);
    metrics?.depth(queue.waiting());
    return ready;
  }

  function wait(signal: AbortSignal, kind: WorkerKind): Promise<ObjectKey | undefined> {
    return new Promise((resolve) => {
      const leave = (key?: ObjectKey) => {
        workers.delete(worker);
        signal.removeEventListener('abort', onAbort);
        resolve(key);
      };
      const onAbort = () => leave();
      const worker = { kind, give: leave };
      workers.add(worker);
      signal.addEventListener('abort', onAbort);
    });
  }

  function nextToken(namespace: string): number {
    const options = { perSecond: RETRIES_PER_SECOND, burst: RETRY_BURST };
    const bucket = buckets.get(namespace) ?? createTokenBucket(options);
    buckets.set(namespace, bucket);
    return bucket();
  }

  return {
    add,
    addAfter: (key, ms) => timers.set(keyText(key), ms, ms < LONG_MS ? 'normal' : 'low'),
    retry: (key, lane = 'ordinary') => {
      const text = keyText(key);
      const failed = failures.get(text) ?? 0;
      const { baseMs, capMs } = PAUSES[lane];
      const pauseMs = Math.min(capMs, baseMs * 2 ** failed) * (1 - random() / 2);
      failures.set(text, failed + 1);
      if (lane === 'slow') slow.add(text);
      else slow.delete(text);
      metrics?.retried();
      timers.set(text, Math.max(nextToken(key.namespace), pauseMs), 'normal');
    },
    forget: (key) => {
      failures.delete(keyText(key));
      if (slow.delete(keyText(key))) dispatch();
    },
    take,
    finish: (key) => {
      queue.finish(key);
      dispatch();
    },
    close: () => {
      closed = true;
      timers.clear();
    },
  };
}

/** At most one timer for each key. */
interface Timers {
  /** Fires in `ms`, unless an earlier time is set for the key already. */
  set(key: string, ms: number, priority: Priority): void;
  clear(): void;
}

/** setTimeout overflows with longer waits and fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

function createTimers(fire: (key: string, priority: Priority) => void): Timers {
  const pending = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  return {
    set(key, ms, priority) {
      const waitMs = Math.min(Math.max(0, ms), LONGEST_MS);
      const at = performance.now() + waitMs;
      const earlier = pending.get(key);
      if (earlier !== undefined && earlier.at <= at) return;
      clearTimeout(earlier?.timer);
      const timer = setTimeout(() => {
        pending.delete(key);
        fire(key, priority);
      }, waitMs);
      pending.set(key, { at, timer });
    },
    clear() {
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}
