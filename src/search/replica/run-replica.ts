import { backoffMs } from '../../async/retry.ts';
import { sleep } from '../../async/sleep.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { Activity, Replica, ReplicaDeps } from './replica.ts';
import { pollIntervalMs } from './replica-settings.ts';

const BACKOFF_BASE_MS = 1_000;

type Outcome =
  | { readonly kind: 'ok'; readonly activity: Activity }
  | { readonly kind: 'failed'; readonly reason: string; readonly error: unknown };

/**
 * Keeps a replica up to date until `signal` aborts, then writes the index to disk. Never rejects: after a failure it
 * waits, longer each time, while search answers from memory. A failure is logged when it begins, when its reason
 * changes and when it has passed.
 */
export async function runReplica(
  replica: Pick<Replica, 'pass' | 'close' | 'isNudged'>,
  { settings, metrics, log, now }: Pick<ReplicaDeps, 'settings' | 'metrics' | 'log' | 'now'>,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let lastReason: string | undefined;
  let busyAtMs = now();
  while (!signal.aborted) {
    const outcome = await attempt(replica, signal);
    if (signal.aborted) break;
    if (outcome.kind === 'ok') metrics.polled(now());
    else metrics.failed(outcome.reason);
    if (outcome.kind === 'failed' || outcome.activity === 'busy') busyAtMs = now();
    failures = outcome.kind === 'ok' ? 0 : failures + 1;
    lastReason = report(outcome, lastReason, log);
    const intervalMs = pollIntervalMs({ quietMs: now() - busyAtMs, isNudged: replica.isNudged() }, settings);
    metrics.pollsEvery(intervalMs);
    await sleep(intervalMs + penaltyMs(failures, settings), signal);
  }
  await replica.close();
}

async function attempt(replica: Pick<Replica, 'pass'>, signal: AbortSignal): Promise<Outcome> {
  try {
    return { kind: 'ok', activity: await replica.pass(signal) };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof ServiceError ? error.failure.reason : 'Unexpected', error };
  }
}

function report(outcome: Outcome, lastReason: string | undefined, log: ReplicaDeps['log']): string | undefined {
  if (outcome.kind === 'ok') {
    if (lastReason !== undefined) log.info('Reading the index from DynamoDB works again');
    return undefined;
  }
  const { reason, error } = outcome;
  if (reason !== lastReason) log.warn({ reason, err: error }, 'Failed to read the index from DynamoDB');
  return reason;
}

function penaltyMs(failures: number, { backoffCapMs }: ReplicaDeps['settings']): number {
  return failures === 0 ? 0 : backoffMs(failures - 1, { baseMs: BACKOFF_BASE_MS, capMs: backoffCapMs });
}
