import type { Logger } from '../telemetry/log.ts';
import { type Outcome, retry } from './outcome.ts';
import type { Lane, WorkQueue } from './queue/work-queue.ts';
import type { ObjectKey } from './resource.ts';

export interface ReconcileObserver {
  reconciled(outcome: Outcome['kind'], seconds: number): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** One pass over one object. A throw counts as a retry. */
  readonly reconcile: (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>;
  /**
   * Passes that are begun at the same time, each for another object. One that outruns its patience does not count any
   * more: what hangs must not hold up others.
   */
  readonly concurrency: number;
  /** How long a pass may take before its worker goes on without it. Default half a second. */
  readonly patienceMs?: number;
  readonly log: Logger;
  readonly metrics?: ReconcileObserver;
  /** When to look again at a stalled object that nobody changes. Default 10 minutes. */
  readonly stalledRecheckMs?: number;
}

const STALLED_RECHECK_MS = 600_000;
const PATIENCE_MS = 500;
/** Passes that outran their patience and are still under way: so many that a hundred that hang find room, and bounded. */
const MOST_LATE = 256;
/** Workers of the slow lane, where a pass that hangs is waited for. */
const SLOW_WORKERS = 16;

/**
 * Reconciles the queue's keys until `signal` aborts, and resolves when the passes under way have ended. Never rejects.
 * A pass that was cut off leaves its key in the queue, for whoever runs a controller on it next. An object whose pass
 * outran its patience and failed is tried again in the slow lane.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const late = new Set<Promise<void>>();
  const ordinary = Array.from({ length: options.concurrency }, () => runWorker(options, late, signal));
  const slow = Array.from({ length: SLOW_WORKERS }, () => runSlowWorker(options, signal));
  await Promise.all([...ordinary, ...slow]);
  await Promise.all(late);
}

async function runWorker(options: ControllerOptions, late: Set<Promise<void>>, signal: AbortSignal): Promise<void> {
  const { queue, patienceMs = PATIENCE_MS } = options;
  for (let key = await queue.take(signal); key !== undefined; key = await queue.take(signal)) {
    const working = work(options, key, signal);
    if (await endsWithin(working, patienceMs)) continue;
    late.add(working);
    void working.then(() => late.delete(working));
    while (late.size > MOST_LATE) await Promise.race(late);
  }
}

async function runSlowWorker(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { queue } = options;
  for (let key = await queue.take(signal, 'slow'); key !== undefined; key = await queue.take(signal, 'slow'))
    await work(options, key, signal);
}

async function endsWithin(working: Promise<void>, ms: number): Promise<boolean> {
  const { promise: patience, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const ended = await Promise.race([working.then(() => true), patience]);
  clearTimeout(timer);
  return ended;
}

/** One pass and what follows from it. */
async function work(options: ControllerOptions, key: ObjectKey, signal: AbortSignal): Promise<void> {
  const { queue, reconcile, metrics, patienceMs = PATIENCE_MS } = options;
  const startedAt = performance.now();
  const outcome = await attempt(() => reconcile(key, signal));
  const tookMs = performance.now() - startedAt;
  if (signal.aborted) queue.add(key);
  else {
    metrics?.reconciled(outcome.kind, tookMs / 1000);
    settle(options, key, outcome, tookMs > patienceMs ? 'slow' : 'ordinary');
  }
  queue.finish(key);
}

async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return retry(error);
  }
}

function settle(options: ControllerOptions, key: ObjectKey, outcome: Outcome, lane: Lane): void {
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
      queue.retry(key, lane);
      break;
    case 'stalled':
      log.info({ controller: name, ...key, reason: outcome.reason }, outcome.message);
      queue.addAfter(key, stalledRecheckMs);
  }
}
