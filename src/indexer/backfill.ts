import { mapOrdered } from '../async/map-ordered.ts';
import type { Failure } from '../aws/errors.ts';
import type { Marker } from '../index/marker.ts';
import type { Index } from '../index/open-index.ts';
import { rangesOf } from '../index/progress.ts';
import type { RangeProgress } from '../index/ranges.ts';
import type { Layout } from '../storage/layout.ts';
import type { Logger } from '../telemetry/log.ts';
import { type ArtefactReader, createArtefactReader } from './artefact-reader.ts';
import { type BackfillReport, createBackfillReporter } from './backfill-report.ts';
import { prepareBackfill } from './prepare-backfill.ts';
import { startOfRange } from './range-tally.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retrying.ts';
import { type RangeDeps, type RangeOutcome, runRange } from './run-range.ts';

export interface BackfillOptions {
  readonly layout: Layout;
  readonly index: Pick<Index, 'ranges' | 'records'>;
  /** The filling of the tables that is to be done. */
  readonly marker: Pick<Marker, 'epoch' | 'feedShards'>;
  /** This worker takes the ranges ≡ `index` modulo `count`. */
  readonly worker: { readonly index: number; readonly count: number };
  /** Repositories worked on at once, over all ranges. */
  readonly concurrency: number;
  readonly log: Logger;
  readonly onProgress?: (report: BackfillReport) => void;
  /** Shared with others in the process that read the same registry. */
  readonly artefacts?: ArtefactReader;
  readonly retry?: RetryPolicy;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** `complete`: every range of this worker is done, which does not say that those of others are. */
export type BackfillSummary =
  | { readonly kind: 'complete' | 'superseded' | 'stopped'; readonly report: BackfillReport }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly report: BackfillReport };

/** A listing is serial within its range; a few ranges at once hide the latency. */
const RANGES_AT_ONCE = 4;

/**
 * Fills the tables of one epoch with this worker's share of the registry. Ranges that are done are left alone and others
 * taken up where they stand, so it may be killed at any time and run again. What ends it is in the summary and, where it
 * failed, in the progress of a range. Rejects only with what is no ServiceError.
 */
export async function runBackfill(options: BackfillOptions, signal: AbortSignal): Promise<BackfillSummary> {
  const { worker, onProgress = () => undefined } = options;
  const deps = depsOf(options);
  const { plan, progress, end } = await prepareBackfill({ ...deps, worker }, signal);
  const own = rangesOf(plan).filter((range) => range % worker.count === worker.index);
  const reporter = createBackfillReporter({ plan, ranges: own, progress, now: deps.now, onProgress });
  if (end) return summaryOf([end], reporter.report());

  const starts = own
    .map((range) =>
      startOfRange(
        range,
        plan.epoch,
        progress.find((each) => each.range === range),
      ),
    )
    .filter(({ state }) => state !== 'done');
  const outcomes = await runAll({ ...deps, plan, onChange: reporter.update }, starts, signal);
  const report = reporter.report();
  onProgress(report);
  return summaryOf(outcomes, report);
}

function depsOf({ layout, index, marker, concurrency, log, ...optional }: BackfillOptions) {
  return {
    layout,
    ranges: index.ranges,
    records: index.records(marker.feedShards),
    epoch: marker.epoch,
    artefacts: optional.artefacts ?? createArtefactReader(layout),
    concurrency: Math.max(1, Math.ceil(concurrency / RANGES_AT_ONCE)),
    retry: optional.retry ?? DEFAULT_RETRY,
    now: optional.now ?? Date.now,
    log,
  };
}

/** The first range that does not come to its end ends all: what stops one would stop the others too. */
async function runAll(deps: RangeDeps, starts: readonly RangeProgress[], signal: AbortSignal): Promise<RangeOutcome[]> {
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const run = async (start: RangeProgress): Promise<RangeOutcome> => {
    if (stop.aborted) return { kind: 'stopped' };
    const outcome = await runRange(deps, start, stop);
    if (outcome.kind !== 'done') ended.abort();
    return outcome;
  };
  const outcomes: RangeOutcome[] = [];
  for await (const outcome of mapOrdered(starts, RANGES_AT_ONCE, run)) outcomes.push(outcome);
  return outcomes;
}

function summaryOf(outcomes: readonly RangeOutcome[], report: BackfillReport): BackfillSummary {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed) return { kind: 'failed', failure: failed.failure, report };
  const kinds = outcomes.map(({ kind }) => kind);
  const kind = (['superseded', 'stopped'] as const).find((each) => kinds.includes(each)) ?? 'complete';
  return { kind, report };
}
