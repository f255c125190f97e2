import { mapOrdered } from '../../async/map-ordered.ts';
import type { RetryPolicy } from '../../async/retry.ts';
import type { Failure } from '../../aws/errors.ts';
import { progressOf, rangesOf } from '../../dynamodb/state/progress.ts';
import type { RangePass, RangeProgress, RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { IndexerDeps } from '../repository/outcome.ts';
import { DEFAULT_RETRY } from '../retry-service.ts';
import type { RangeDeps } from './pass.ts';
import { partitions } from './plan.ts';
import { prepareBackfill } from './prepare.ts';
import { startOfRange } from './range-counters.ts';
import { type BackfillReport, createBackfillReporter } from './report.ts';
import { type RangeOutcome, runRange } from './run-range.ts';

export interface BackfillOptions extends IndexerDeps {
  readonly ranges: RangeStore;
  /** This worker takes one of `count` partitions of neighbouring ranges. */
  readonly worker: { readonly index: number; readonly count: number };
  /** Requests to each service at once; twice as many repositories are worked on, over all ranges. */
  readonly concurrency: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  readonly onProgress?: (report: BackfillReport) => void;
  readonly retry?: RetryPolicy;
}

export interface BackfillSummary {
  /** `complete`: every range of this worker is done; others may still be at work. */
  readonly outcome: 'complete' | 'superseded' | 'stopped' | 'failed';
  /** With `failed`. */
  readonly failure: Failure | undefined;
  readonly report: BackfillReport;
}

/** LISTs of one range are sequential; so many ranges run at once that every fourth request is a LIST. */
const REQUESTS_PER_RANGE = 4;
/** While some repositories wait for the storage, others wait for the table. */
const REPOSITORIES_PER_REQUEST = 2;

const NOTHING_DONE: BackfillReport = {
  ...progressOf(undefined, []),
  repositoriesPerSecond: 0,
  secondsLeft: undefined,
};

/**
 * Indexes this worker's partition of the registry. Finished ranges are skipped and others continue where they stand, so
 * the worker may be killed at any time and run again. A failure is in the summary and in the progress of its range, or
 * in place of the plan where there is none. Rejects only with what is no ServiceError.
 */
export async function runBackfill(options: BackfillOptions, signal: AbortSignal): Promise<BackfillSummary> {
  const { worker, now, retry = DEFAULT_RETRY, onProgress = () => undefined } = options;
  const prepared = await prepareBackfill({ ...options, retry }, signal);
  if (prepared.kind === 'ended') return summaryOf([prepared.outcome], NOTHING_DONE);
  const { plan, progress } = prepared;
  const own = partitions(rangesOf(plan), worker.count)[worker.index] ?? [];
  const reporter = createBackfillReporter({ plan, ranges: own, progress, now, onProgress });

  const current = new Map(
    own.map((range) => {
      const earlier = progress.find((each) => each.range === range);
      return [range, startOfRange(range, plan.epoch, earlier)];
    }),
  );
  const onChange = (changed: RangeProgress) => {
    current.set(changed.range, changed);
    reporter.update(changed);
  };
  const deps = { ...options, plan, retry, onChange };
  const outcomes = await runPasses(deps, current, signal);
  const report = reporter.report();
  onProgress(report);
  return summaryOf(outcomes, report);
}

/** The first pass over all ranges makes every repository searchable, so it comes before any second pass. */
async function runPasses(
  deps: RangeDeps,
  current: ReadonlyMap<number, RangeProgress>,
  signal: AbortSignal,
): Promise<RangeOutcome[]> {
  const startsOf = (wanted: RangePass) =>
    [...current.values()].filter(({ state, pass }) => state !== 'done' && pass === wanted);
  const first = await runAll(deps, startsOf(1), signal);
  if (first.some(({ kind }) => kind !== 'done')) return first;
  return runAll(deps, startsOf(2), signal);
}

/** Runs partitions of the ranges side by side. The first range that fails stops all: the others would fail too. */
async function runAll(deps: RangeDeps, starts: readonly RangeProgress[], signal: AbortSignal): Promise<RangeOutcome[]> {
  const rangesAtOnce = Math.max(1, Math.min(starts.length, Math.ceil(deps.concurrency / REQUESTS_PER_RANGE)));
  const concurrency = Math.ceil((deps.concurrency * REPOSITORIES_PER_REQUEST) / rangesAtOnce);
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const run = async (partition: readonly RangeProgress[]) => {
    try {
      const outcomes = await runPartition({ ...deps, concurrency }, partition, stop);
      if (outcomes.some(({ kind }) => kind !== 'done')) ended.abort();
      return outcomes;
    } catch (error) {
      ended.abort();
      throw error;
    }
  };
  const outcomes: RangeOutcome[] = [];
  for await (const some of mapOrdered(partitions(starts, rangesAtOnce), rangesAtOnce, run)) outcomes.push(...some);
  return outcomes;
}

/** Runs one range after the other, up to the first that is not done. */
async function runPartition(
  deps: RangeDeps,
  partition: readonly RangeProgress[],
  stop: AbortSignal,
): Promise<RangeOutcome[]> {
  const outcomes: RangeOutcome[] = [];
  for (const start of partition) {
    const outcome = stop.aborted ? ({ kind: 'stopped' } as const) : await runRange(deps, start, stop);
    outcomes.push(outcome);
    if (outcome.kind !== 'done') break;
  }
  return outcomes;
}

function summaryOf(outcomes: readonly RangeOutcome[], report: BackfillReport): BackfillSummary {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed) return { outcome: 'failed', failure: failed.failure, report };
  const kinds = outcomes.map(({ kind }) => kind);
  const outcome = (['superseded', 'stopped'] as const).find((kind) => kinds.includes(kind)) ?? 'complete';
  return { outcome, failure: undefined, report };
}
