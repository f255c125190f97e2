import { withDeadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import { type EventReportStore, NOTHING_REPORTED } from '../../dynamodb/state/event-report.ts';
import type { Logger } from '../../telemetry/log.ts';

export interface EventReporterDeps {
  readonly store: Pick<EventReportStore, 'advance'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Writes the time of the last event into the version table, from where the operator puts it into the status. */
export interface EventReporter {
  received(): void;
  rejected(): void;
  /** The queue of a bucket's events answers, for the first time or again. */
  queueReached(): void;
  /** `problem`: why the queue cannot be read. */
  queueFailed(problem: string): void;
  /** Until `stop` aborts, and once more then. */
  run(stop: AbortSignal): Promise<void>;
}

/** How often to look for something to report, so that the very first event is reported soon. */
const CHECK_MS = 2_000;
/** At least so long between two writes, however many events come. */
const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 5_000;

export function createEventReporter({ store, now, log }: EventReporterDeps): EventReporter {
  let latest = NOTHING_REPORTED;
  let reported = latest;
  let reportedAtMs = 0;

  const report = async () => {
    if (latest === reported) return;
    const next = latest;
    try {
      await withDeadline(new AbortController().signal, TIMEOUT_MS, (limited) => store.advance(next, limited));
      reported = next;
    } catch (err) {
      log.warn({ err }, 'Failed to record when the last event came; trying again in a minute');
    }
    reportedAtMs = now();
  };

  return {
    received() {
      latest = { ...latest, eventAtMs: now() };
    },
    rejected() {
      latest = { ...latest, rejectedAtMs: now() };
    },
    queueReached() {
      latest = { ...latest, queueReachedAtMs: now() };
    },
    queueFailed(problem) {
      latest = { ...latest, queueFailedAtMs: now(), queueProblem: problem };
    },
    async run(stop) {
      while (!stop.aborted) {
        await sleep(CHECK_MS, stop);
        if (stop.aborted || now() - reportedAtMs >= INTERVAL_MS) await report();
      }
    },
  };
}
