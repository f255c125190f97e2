import type { Logger } from '../telemetry/log.ts';
import { type Outcome, retry } from './outcome.ts';
import type { ObjectKey } from './resource.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ReconcileObserver {
  reconciled(outcome: Outcome['kind'], seconds: number): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** One pass over one object. A throw counts as a retry. */
  readonly reconcile: (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>;
  /** Passes at the same time, each for another object. */
  readonly concurrency: number;
  readonly log: Logger;
  readonly metrics?: ReconcileObserver;
  /** When to look again at a stalled object that nobody changes. Default 10 minutes. */
  readonly stalledRecheckMs?: number;
}

const STALLED_RECHECK_MS = 600_000;

/**
 * Reconciles the queue's keys until `signal` aborts, and resolves when the passes under way have ended. Never rejects.
 * A pass that was cut off leaves its key in the queue, for whoever runs a controller on it next.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: options.concurrency }, () => runWorker(options, signal)));
}

async function runWorker(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { queue } = options;
  for (let key = await queue.take(signal); key !== undefined; key = await queue.take(signal)) {
    const outcome = await pass(options, key, signal);
    if (signal.aborted) queue.add(key);
    else settle(options, key, outcome);
    queue.finish(key);
  }
}

async function pass({ reconcile, metrics }: ControllerOptions, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await attempt(() => reconcile(key, signal));
  if (!signal.aborted) metrics?.reconciled(outcome.kind, (performance.now() - startedAt) / 1000);
  return outcome;
}

async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return retry(error);
  }
}

function settle(options: ControllerOptions, key: ObjectKey, outcome: Outcome): void {
  const { name, queue, log, stalledRecheckMs = STALLED_RECHECK_MS } = options;
  if (outcome.kind !== 'retry') queue.forget(key);
  switch (outcome.kind) {
    case 'done':
      break;
    case 'after':
      queue.addAfter(key, outcome.ms);
      break;
    case 'retry':
      log.warn({ controller: name, ...key, err: outcome.error }, 'reconcile failed, will be tried again');
      queue.retry(key);
      break;
    case 'stalled':
      log.info({ controller: name, ...key, reason: outcome.reason }, outcome.message);
      queue.addAfter(key, stalledRecheckMs);
  }
}
