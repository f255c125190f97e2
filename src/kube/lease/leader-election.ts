import { deadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { KubeClient } from '../client/client.ts';
import { keyText, type ObjectKey } from '../resource.ts';
import { type Clock, createTerm, type Election, type LeaseDurations } from './leadership.ts';
import { createClaimant } from './lease-claim.ts';

export interface LeaderObserver {
  leading(name: string, isLeader: boolean): void;
}

export interface LeaderOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'patch'>;
  readonly lease: ObjectKey;
  /** Of this process alone, as the pod's name with something random. */
  readonly identity: string;
  readonly log: Logger;
  readonly metrics?: LeaderObserver;
  readonly clock?: Clock;
  readonly durations?: LeaseDurations;
}

/**
 * The work of a leader. `signal` aborts when the lease is lost or the program stops; it must end soon then. A process
 * that was paused may come back before its timers do: `isLeading` looks at the clock, for the moment before a step that
 * cannot be undone. The lease is no fence all the same: a request under way when it is lost still arrives.
 */
export type Lead = (signal: AbortSignal, isLeading: () => boolean) => Promise<void>;

/** Those of client-go, and so of most controllers. */
const DURATIONS: LeaseDurations = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

const CLOCK: Clock = { now: () => performance.timeOrigin + performance.now(), sleep };

/**
 * Stands by until the lease is ours, then runs `lead`; having lost the lease, it waits for `lead` to end and stands by
 * again. Until `stop`, or until `lead` ends by itself; then the lease is released. Rejects only with what `lead` threw.
 */
export async function runWhenLeader(options: LeaderOptions, lead: Lead, stop: AbortSignal): Promise<void> {
  const { lease, clock = CLOCK, durations = DURATIONS, log, metrics } = options;
  const claimant = createClaimant({ ...options, leaseMs: durations.leaseMs, now: clock.now });
  const election: Election = { claimant, clock, durations, log };
  metrics?.leading(lease.name, false);
  try {
    let lost = true;
    while (lost) {
      const sinceMs = await acquire(election, stop);
      lost = sinceMs !== undefined && (await serve(options, election, { lead, sinceMs, stop }));
    }
  } finally {
    await release(election);
  }
}

/** Returns when the lease became ours, at the earliest, or undefined when stopped before. */
async function acquire({ claimant, clock, durations, log }: Election, stop: AbortSignal): Promise<number | undefined> {
  while (!stop.aborted) {
    const startedMs = clock.now();
    const held = await claimant.claim(deadline(stop, durations.renewMs)).catch((err: unknown) => {
      if (!stop.aborted) log.warn({ err }, 'the lease cannot be read or taken');
      return false;
    });
    if (held) return startedMs;
    await clock.sleep(durations.retryMs * (1 + Math.random()), stop);
  }
  return undefined;
}

interface Office {
  readonly lead: Lead;
  readonly sinceMs: number;
  readonly stop: AbortSignal;
}

/** One term of office; renewed until `lead` has ended, also while the program stops. Returns whether the lease was lost. */
async function serve(options: LeaderOptions, election: Election, { lead, sinceMs, stop }: Office): Promise<boolean> {
  const { log, lease, metrics } = options;
  const term = createTerm(election, sinceMs);
  term.lost.addEventListener('abort', () => metrics?.leading(lease.name, false));
  metrics?.leading(lease.name, true);
  log.info({ lease: keyText(lease) }, 'leading');
  try {
    await lead(AbortSignal.any([stop, term.lost]), term.isCurrent);
  } catch (err) {
    if (!term.lost.aborted) throw err;
    log.warn({ err }, 'the work of the leader ended with an error when the lease was lost');
  } finally {
    await term.end();
    metrics?.leading(lease.name, false);
  }
  return term.lost.aborted;
}

/** Best effort: an unreleased lease expires. */
async function release({ claimant, durations, log }: Election): Promise<void> {
  await claimant.release(AbortSignal.timeout(durations.renewMs)).catch((err: unknown) => {
    log.warn({ err }, 'the lease could not be released and will expire');
  });
}
