import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/kube/lease/leadership.ts';

export interface ProcessClock extends Clock {
  /** Stops the process that lives by this clock; time goes on for it, its timers do not. */
  pause(): void;
  resume(): void;
}

export interface VirtualTime {
  clock(): ProcessClock;
  /** Lets time pass, with all that is due on the way; `onStep` runs after each thing that was. */
  advance(ms: number, onStep?: () => void): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly isPaused: () => boolean;
  readonly wake: () => void;
}

/** Time that several simulated processes share and that only moves when told. */
export function createVirtualTime(): VirtualTime {
  let nowMs = 1_000_000;
  const sleepers = new Set<Sleeper>();

  function sleep(ms: number, signal: AbortSignal, isPaused: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(sleeper);
        resolve();
      };
      const sleeper = { at: nowMs + ms, isPaused, wake };
      if (signal.aborted) return resolve();
      sleepers.add(sleeper);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  const nextDue = (until: number) =>
    [...sleepers].filter(({ at, isPaused }) => at <= until && !isPaused()).sort((a, b) => a.at - b.at)[0];

  return {
    clock() {
      let paused = false;
      return {
        now: () => nowMs,
        sleep: (ms, signal) => sleep(ms, signal, () => paused),
        pause: () => {
          paused = true;
        },
        resume: () => {
          paused = false;
        },
      };
    },
    async advance(ms, onStep) {
      const until = nowMs + ms;
      await setImmediate();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        nowMs = Math.max(nowMs, due.at);
        due.wake();
        await setImmediate();
        onStep?.();
      }
      nowMs = until;
    },
  };
}
