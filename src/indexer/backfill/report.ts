import { type BackfillProgress, type Pace, paceOf, progressOf } from '../../dynamodb/state/progress.ts';
import type { RangePlan, RangeProgress } from '../../dynamodb/state/ranges.ts';

/** Progress of this worker's ranges, and its pace in the later half of its time, because the first seconds are slow. */
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
/** Before that, what is left cannot be estimated. */
const ESTIMATE_AFTER_MS = 3_000;

interface Moment extends Pick<BackfillProgress, 'share' | 'repositories'> {
  readonly atMs: number;
}

export function createBackfillReporter(options: BackfillReporterOptions): BackfillReporter {
  const { plan, ranges, now, onProgress } = options;
  const progress = new Map(options.progress.map((each) => [each.range, each]));
  const summary = () => progressOf(plan, [...progress.values()], ranges);
  const startedAtMs = now();
  let reportedAtMs = startedAtMs;
  /** One a report, from the last one in the earlier half of the time on. */
  const moments: Moment[] = [{ ...summary(), atMs: startedAtMs }];

  const report = (): BackfillReport => {
    const current = summary();
    const atMs = now();
    const [from = { ...current, atMs }] = moments;
    const { secondsLeft, repositoriesPerSecond } = paceOf(from, current, atMs - from.atMs);
    const isEstimated = atMs - startedAtMs >= ESTIMATE_AFTER_MS;
    return { ...current, repositoriesPerSecond, secondsLeft: isEstimated ? secondsLeft : undefined };
  };

  const remember = () => {
    const { share, repositories } = summary();
    const atMs = now();
    moments.push({ share, repositories, atMs });
    const halfMs = startedAtMs + (atMs - startedAtMs) / 2;
    while ((moments[1]?.atMs ?? Number.POSITIVE_INFINITY) <= halfMs) moments.shift();
  };

  return {
    report,
    update(changed) {
      progress.set(changed.range, changed);
      if (now() - reportedAtMs < REPORT_EVERY_MS) return;
      reportedAtMs = now();
      onProgress(report());
      remember();
    },
  };
}
