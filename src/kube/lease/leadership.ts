import { deadline } from '../../async/deadline.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Claimant } from './lease-claim.ts';

export interface Clock {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Ends early when `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface LeaseDurations {
  /** How long other candidates wait after the last renewal that they saw. */
  readonly leaseMs: number;
  /** How long after its last renewal the leader stops by itself; less than `leaseMs`, so that it has ended by then. */
  readonly renewMs: number;
  /** From one renewal to the next. */
  readonly intervalMs: number;
  /** Between two attempts to get the lease, and to renew it after one that failed. */
  readonly retryMs: number;
}

export interface Election {
  readonly claimant: Claimant;
  readonly clock: Clock;
  readonly durations: LeaseDurations;
  readonly log: Logger;
}

/** The time during which this process holds the lease. */
export interface Leadership {
  /** Aborts when another process holds the lease, or may soon because it could not be renewed. */
  readonly lost: AbortSignal;
  isCurrent(): boolean;
  /** Stops renewing. */
  end(): Promise<void>;
}

/** Renews a lease that was claimed at `sinceMs`. A renewal counts from the time before its request was sent. */
export function startLeadership({ claimant, clock, durations, log }: Election, sinceMs: number): Leadership {
  const { renewMs, intervalMs, retryMs } = durations;
  const lost = new AbortController();
  const ended = new AbortController();
  const over = AbortSignal.any([lost.signal, ended.signal]);
  let renewedMs = sinceMs;

  const leftMs = () => renewedMs + renewMs - clock.now();

  function lose(why: string): void {
    log.warn(why);
    lost.abort(new Error(why));
  }

  /** Returns the time of the next renewal. */
  async function renew(): Promise<number> {
    const startedMs = clock.now();
    try {
      const held = await claimant.claim(deadline(over, renewMs / 2));
      if (held) renewedMs = startedMs;
      else lose('Lost the lease to another replica');
      return startedMs + intervalMs;
    } catch (err) {
      if (!over.aborted) log.warn({ err }, 'Failed to renew the lease');
      return startedMs + retryMs;
    }
  }

  async function keepRenewing(): Promise<void> {
    let nextMs = sinceMs + intervalMs;
    while (!over.aborted) {
      await clock.sleep(Math.max(0, nextMs - clock.now()), over);
      if (!over.aborted) nextMs = await renew();
    }
  }

  async function stopInTime(): Promise<void> {
    while (!over.aborted) {
      await clock.sleep(leftMs(), over);
      if (!over.aborted && leftMs() <= 0) lose('Lost the lease: it could not be renewed in time');
    }
  }

  const guards = Promise.all([keepRenewing(), stopInTime()]);
  return {
    lost: lost.signal,
    isCurrent: () => !lost.signal.aborted && leftMs() > 0,
    async end() {
      ended.abort();
      await guards;
    },
  };
}
