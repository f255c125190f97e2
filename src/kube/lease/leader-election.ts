import { deadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { KubeClient } from '../client/client.ts';
import { keyText, type ObjectKey } from '../resource.ts';
import { type Clock, type Election, type LeaseDurations, startLeadership } from './leadership.ts';
import { createClaimant } from './lease-claim.ts';

export interface LeaderObserver {
  leading(name: string, isLeader: boolean): void;
}

export interface LeaderOptions {
  readonly client: Pick<KubeClient, 'get' | 'create' | 'patch'>;
  readonly lease: ObjectKey;
  /** Unique to this process, such as the pod's name with a random suffix. */
  readonly identity: string;
  readonly log: Logger;
  readonly metrics?: LeaderObserver;
  readonly clock?: Clock;
  readonly durations?: LeaseDurations;
}

/**
 * The work of a leader. `signal` aborts when the lease is lost or the program stops; the work must end soon then. After
 * a pause of the process, timers may fire late: `isLeading` checks the clock, right before a step that cannot be
 * undone. The lease is still no fence: a request that is under way when the lease is lost arrives all the same.
 */
export type Lead = (signal: AbortSignal, isLeading: () => boolean) => Promise<void>;

/** The durations of client-go, and so of most controllers, but half as many renewals as long as they succeed. */
const DURATIONS: LeaseDurations = { leaseMs: 15_000, renewMs: 10_000, intervalMs: 4_000, retryMs: 2_000 };

const CLOCK: Clock = { now: () => performance.timeOrigin + performance.now(), sleep };

/**
 * Waits for the lease, then runs `lead`. When the lease is lost, waits for `lead` to end and competes again. Runs until
 * `stop` aborts or `lead` ends by itself, then releases the lease. Rejects only with what `lead` rejects with.
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

/** The earliest time at which the lease became ours; undefined if stopped before. */
async function acquire({ claimant, clock, durations, log }: Election, stop: AbortSignal): Promise<number | undefined> {
  while (!stop.aborted) {
    const startedMs = clock.now();
    const held = await claimant.claim(deadline(stop, durations.renewMs)).catch((err: unknown) => {
      if (!stop.aborted) log.warn({ err }, 'Failed to read or take the lease; retrying');
      return false;
    });
    if (held) return startedMs;
    await clock.sleep((durations.retryMs * (1 + Math.random())) / 2, stop);
  }
  return undefined;
}

interface Acquired {
  readonly lead: Lead;
  readonly sinceMs: number;
  readonly stop: AbortSignal;
}

/** Runs `lead`, and renews the lease until it has ended, also while the program stops. True if the lease was lost. */
async function serve(options: LeaderOptions, election: Election, { lead, sinceMs, stop }: Acquired): Promise<boolean> {
  const { log, lease, metrics } = options;
  const leadership = startLeadership(election, sinceMs);
  leadership.lost.addEventListener('abort', () => metrics?.leading(lease.name, false));
  metrics?.leading(lease.name, true);
  log.info({ lease: keyText(lease) }, 'Became the leader');
  try {
    await lead(AbortSignal.any([stop, leadership.lost]), leadership.isCurrent);
  } catch (err) {
    if (!leadership.lost.aborted) throw err;
    log.warn({ err }, 'Work ended with an error after the lease was lost');
  } finally {
    await leadership.end();
    metrics?.leading(lease.name, false);
  }
  return leadership.lost.aborted;
}

/** Best effort: a lease that is not released expires. */
async function release({ claimant, durations, log }: Election): Promise<void> {
  await claimant.release(AbortSignal.timeout(durations.renewMs)).catch((err: unknown) => {
    log.warn({ err }, 'Failed to release the lease; it will expire');
  });
}
