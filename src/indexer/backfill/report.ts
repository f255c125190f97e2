import { type BackfillProgress, type Pace, paceOf, progressOf } from '../../dynamodb/state/progress.ts';
import type { RangePlan, RangeProgress } from '../../dynamodb/state/ranges.ts';

/** Progress of this worker's ranges, and its pace since it began. */
export interface BackfillReport extends BackfillProgress, Pace {}

export interface BackfillReporter {
  update(progress: RangeProgress): void;
  /** The current report. */
  report(): BackfillReport;
}

export interface BackfillReporterOptions {
  readonly plan: RangePlan;
  /** Ranges of this worker. */
  readonly ranges: readonly number[];
  /** Of all ranges, as found in the table. */
  readonly progress: readonly RangeProgress[];
  readonly now: () => number;
  /** Called once a second at most. */
  readonly onProgress: (report: BackfillReport) => void;
}

const REPORT_EVERY_MS = 1_000;

export function createBackfillReporter(options: BackfillReporterOptions): BackfillReporter {
  const { plan, ranges, now, onProgress } = options;
  const progress = new Map(options.progress.map((each) => [each.range, each]));
  const summary = () => progressOf(plan, [...progress.values()], ranges);
  const found = summary();
  const startedAtMs = now();
  let reportedAtMs = startedAtMs;

  const report = (): BackfillReport => {
    const current = summary();
    return { ...current, ...paceOf(found, current, now() - startedAtMs) };
  };

  return {
    report,
    update(changed) {
      progress.set(changed.range, changed);
      if (now() - reportedAtMs < REPORT_EVERY_MS) return;
      reportedAtMs = now();
      onProgress(report());
    },
  };
}
