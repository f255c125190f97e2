/**
 * Does work as soon as the limit allows. Work that still waits when `signal` aborts rejects with the signal's reason.
 */
export type Limit = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export interface AdaptiveLimit {
  readonly run: Limit;
  /** How much work may be under way now. */
  current(): number;
}

export interface AdaptiveLimitOptions {
  /** The limit never exceeds this. */
  readonly max: number;
  /** Whether a failure means that too much is under way. */
  readonly isOverload: (error: unknown) => boolean;
  /** Milliseconds of any clock. */
  readonly now?: () => number;
}

/** The limit at first. With a service that can do more it reaches `max` after some hundred requests. */
const FIRST = 16;
/** A service that takes longer than this is busy: the limit does not grow. */
const SLOW_MS = 2_000;

/**
 * Finds out how much a service can do at once, as TCP does: the limit grows by one with every round of successes while
 * it is used up, and is halved after an overload. Requests that were under way together count as one overload.
 */
export function createAdaptiveLimit(options: AdaptiveLimitOptions): AdaptiveLimit {
  const { max, isOverload, now = () => performance.now() } = options;
  const waiting = new Set<() => void>();
  let limit = Math.min(max, FIRST);
  let running = 0;
  let begun = 0;
  let lastBeforeDecrease = 0;

  const wake = () => {
    for (const begin of waiting) {
      if (running >= Math.floor(limit)) return;
      waiting.delete(begin);
      running += 1;
      begin();
    }
  };
  const succeeded = (tookMs: number) => {
    if (running >= Math.floor(limit) && tookMs < SLOW_MS) limit = Math.min(max, limit + 1 / limit);
  };
  const failed = (error: unknown, number: number) => {
    if (number <= lastBeforeDecrease || !isOverload(error)) return;
    limit = Math.max(1, limit / 2);
    lastBeforeDecrease = begun;
  };

  async function doNow<T>(work: () => Promise<T>): Promise<T> {
    begun += 1;
    const number = begun;
    const beganMs = now();
    try {
      const result = await work();
      succeeded(now() - beganMs);
      return result;
    } catch (error) {
      failed(error, number);
      throw error;
    } finally {
      running -= 1;
      wake();
    }
  }

  /** Takes a place, in the order of the calls. */
  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (running < Math.floor(limit)) running += 1;
    else await place(waiting, signal);
  }

  return {
    current: () => Math.floor(limit),
    async run(work, signal) {
      await enter(signal);
      return doNow(work);
    },
  };
}

function place(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.delete(begin);
      reject(signal.reason);
    };
    waiting.add(begin);
    signal.addEventListener('abort', leave, { once: true });
  });
}
