import { performance as perf } from 'node:perf_hooks';
import type { Logger } from '../telemetry/log.ts';
import { type Outcome, retry } from './outcome.ts';
import type { Lane, WorkerKind, WorkQueue } from './queue/work-queue.ts';
import type { ObjectKey } from './resource.ts';

export interface ReconcileObserver {
  reconciled(outcome: Outcome['kind'], seconds: number): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Resolves when it makes sense to begin; rejects with its signal. */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  /** Reconciles one object. A rejection counts as `retry`. */
  readonly reconcile: (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>;
  /**
   * How many objects are reconciled at the same time. One that takes longer than `slowAfterMs` no longer counts, so
   * that an endpoint that hangs does not delay other objects.
   */
  readonly concurrency: number;
  /** After how long a worker goes on without waiting for its object. Default half a second. */
  readonly slowAfterMs?: number;
  /** How long the event loop has had nothing to do so far, in milliseconds. */
  readonly idleMs?: () => number;
  readonly log: Logger;
  readonly metrics?: ReconcileObserver;
  /** After how long a stalled object is reconciled again if nobody changes it. Default 10 minutes. */
  readonly stalledRecheckMs?: number;
}

const STALLED_RECHECK_MS = 600_000;
const SLOW_AFTER_MS = 500;
/**
 * With less time to spare than this share of it, everything is slow: to begin more would only make all of it slower,
 * and in the end too late.
 */
const IDLE_SHARE = 0.2;
/** Slow reconciliations under way, at most: enough for a hundred endpoints that hang. */
const MAX_SLOW = 256;
/** Workers of the slow lane, which wait for the end of each reconciliation. */
const SLOW_WORKERS = 16;
/**
 * One worker in so many looks again at what has not changed. With all of them a leader that begins with a thousand
 * objects would give a change a small part of its time.
 */
const WORKERS_FOR_A_RECHECK = 8;
const CHANGES: WorkerKind = { lane: 'ordinary', priorities: ['normal'] };
const RECHECKS: WorkerKind = { lane: 'ordinary', priorities: ['low', 'normal'] };
const SLOW: WorkerKind = { lane: 'slow', priorities: ['normal', 'low'] };

/**
 * Reconciles the queue's keys until `signal` aborts, and resolves when what is under way has ended. Never rejects. A
 * key that is interrupted stays in the queue for the next controller that runs on it. An object that was slow and
 * failed is retried in the slow lane.
 */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const slowWork = new Set<Promise<void>>();
  const workers = Array.from({ length: options.concurrency }, (_, at) =>
    runWorker(options, { kind: at % WORKERS_FOR_A_RECHECK === 0 ? RECHECKS : CHANGES, slowWork }, signal),
  );
  const slowWorkers = Array.from({ length: SLOW_WORKERS }, () => runSlowWorker(options, signal));
  await Promise.all([...workers, ...slowWorkers]);
  await Promise.all(slowWork);
}

interface Worker {
  readonly kind: WorkerKind;
  /** What is under way without a worker, of all of them. */
  readonly slowWork: Set<Promise<void>>;
}

async function runWorker(options: ControllerOptions, { kind, slowWork }: Worker, signal: AbortSignal): Promise<void> {
  for (let key = await next(options, kind, signal); key; key = await next(options, kind, signal)) {
    const working = work(options, key, signal);
    if (await endsSoon(options, working)) continue;
    slowWork.add(working);
    void working.then(() => slowWork.delete(working));
    while (slowWork.size > MAX_SLOW) await Promise.race(slowWork);
  }
}

async function runSlowWorker(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  for (let key = await next(options, SLOW, signal); key; key = await next(options, SLOW, signal))
    await work(options, key, signal);
}

/** The next key, once it makes sense to begin with it: what would only fail would come again later than it has to. */
async function next(
  { queue, ready }: ControllerOptions,
  kind: WorkerKind,
  signal: AbortSignal,
): Promise<ObjectKey | undefined> {
  const key = await queue.take(signal, kind);
  if (key === undefined || !ready) return key;
  try {
    await ready(signal);
    return key;
  } catch {
    queue.add(key);
    queue.finish(key);
    return undefined;
  }
}

/** False once the work takes long although this process has time for it: it waits for an answer from outside. */
async function endsSoon(options: ControllerOptions, working: Promise<void>): Promise<boolean> {
  const { slowAfterMs = SLOW_AFTER_MS, idleMs = () => perf.eventLoopUtilization().idle } = options;
  for (;;) {
    const before = idleMs();
    if (await endsWithin(working, slowAfterMs)) return true;
    if (idleMs() - before >= IDLE_SHARE * slowAfterMs) return false;
  }
}

async function endsWithin(working: Promise<void>, ms: number): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const ended = await Promise.race([working.then(() => true), timeout]);
  clearTimeout(timer);
  return ended;
}

/** Reconciles one object, and schedules its next time. */
async function work(options: ControllerOptions, key: ObjectKey, signal: AbortSignal): Promise<void> {
  const { queue, reconcile, metrics, slowAfterMs = SLOW_AFTER_MS } = options;
  const startedAt = performance.now();
  const outcome = await attempt(() => reconcile(key, signal));
  const tookMs = performance.now() - startedAt;
  if (signal.aborted) queue.add(key);
  else {
    metrics?.reconciled(outcome.kind, tookMs / 1000);
    scheduleNext(options, key, outcome, tookMs > slowAfterMs ? 'slow' : 'ordinary');
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

function scheduleNext(options: ControllerOptions, key: ObjectKey, outcome: Outcome, lane: Lane): void {
  const { name, queue, log, stalledRecheckMs = STALLED_RECHECK_MS } = options;
  if (outcome.kind !== 'retry') queue.forget(key);
  switch (outcome.kind) {
    case 'done':
      break;
    case 'after':
      queue.addAfter(key, outcome.ms);
      break;
    case 'retry':
      log.warn({ controller: name, ...key, err: outcome.error }, 'Reconcile failed; retrying');
      queue.retry(key, lane);
      break;
    case 'stalled':
      log.info({ controller: name, ...key, reason: outcome.reason }, outcome.message);
      queue.addAfter(key, outcome.recheckMs ?? stalledRecheckMs);
  }
}
