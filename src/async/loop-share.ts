import { performance } from 'node:perf_hooks';
import { sleep } from './sleep.ts';

/** Keeps work that may wait from filling the event loop, so that what may not is answered soon. */
export interface LoopShare {
  /** Resolves when the next piece of work may begin, or `signal` aborts; to be asked by one after another. */
  next(signal: AbortSignal): Promise<void>;
}

/** How long the loop has been busy and idle since the process began; milliseconds. */
export interface LoopTimes {
  readonly active: number;
  readonly idle: number;
}

export interface LoopShareOptions {
  /** Work begins while the loop is busy for at most so much of the time, whatever with. */
  readonly most?: number;
  /** However busy it is, one piece of work begins after this time. */
  readonly patienceMs?: number;
  readonly times?: () => LoopTimes;
}

/** As short as a timer can be without being the load itself. */
const CHECK_MS = 2;

/**
 * The time since the last piece of work has begun is looked at, so that a burst of answers holds back what comes next.
 *
 * @example
 * const share = createLoopShare();
 * for (const each of work) {
 *   await share.next(signal);
 *   void begin(each);
 * }
 */
export function createLoopShare({
  most = 0.75,
  patienceMs = 20,
  times = () => performance.eventLoopUtilization(),
}: LoopShareOptions = {}): LoopShare {
  let since = times();

  const isBusy = () => {
    const { active, idle } = times();
    const [activeMs, idleMs] = [active - since.active, idle - since.idle];
    return activeMs > most * (activeMs + idleMs);
  };

  return {
    async next(signal) {
      for (let waitedMs = 0; waitedMs < patienceMs && isBusy() && !signal.aborted; waitedMs += CHECK_MS)
        await sleep(CHECK_MS, signal);
      since = times();
    },
  };
}
