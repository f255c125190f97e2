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
  /** How long others wait, after the last renewal they saw, before they take the lease. */
  readonly leaseMs: number;
  /** How long after its last renewal the leader gives up by itself; less than `leaseMs`, so that it is done by then. */
  readonly renewMs: number;
  /** Between two attempts to get or renew it. */
  readonly retryMs: number;
}

export interface Election {
  readonly claimant: Claimant;
  readonly clock: Clock;
  readonly durations: LeaseDurations;
  readonly log: Logger;
}

/** The time for which a lease is ours. */
export interface Term {
  /** Aborts when somebody else holds the lease, or might soon because we could not renew it. */
  readonly lost: AbortSignal;
  isCurrent(): boolean;
  /** Stops renewing. */
  end(): Promise<void>;
}

/** Renews a lease that was claimed at `sinceMs`. A renewal counts from before its request: later is not known. */
export function createTerm({ claimant, clock, durations, log }: Election, sinceMs: number): Term {
  const { renewMs, retryMs } = durations;
  const lost = new AbortController();
  const ended = new AbortController();
  const over = AbortSignal.any([lost.signal, ended.signal]);
  let renewedMs = sinceMs;

  const leftMs = () => renewedMs + renewMs - clock.now();

  function lose(why: string): void {
    log.warn(why);
    lost.abort(new Error(why));
  }

  async function renew(): Promise<void> {
    const startedMs = clock.now();
    try {
      const held = await claimant.claim(deadline(over, renewMs / 2));
      if (held) renewedMs = startedMs;
      else lose('the lease is held by another');
    } catch (err) {
      if (!over.aborted) log.warn({ err }, 'the lease could not be renewed');
    }
  }

  async function keepRenewing(): Promise<void> {
    while (!over.aborted) {
      await clock.sleep(retryMs, over);
      if (!over.aborted) await renew();
    }
  }

  async function giveUpInTime(): Promise<void> {
    while (!over.aborted) {
      await clock.sleep(leftMs(), over);
      if (!over.aborted && leftMs() <= 0) lose('the lease could not be renewed in time');
    }
  }

  const guards = Promise.all([keepRenewing(), giveUpInTime()]);
  return {
    lost: lost.signal,
    isCurrent: () => !lost.signal.aborted && leftMs() > 0,
    async end() {
      ended.abort();
      await guards;
    },
  };
}
