import { withDeadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import type { EventReport, EventReportStore } from '../../dynamodb/state/event-report.ts';
import type { Logger } from '../../telemetry/log.ts';
import { gatherNews, type NewsListener } from './gathered-news.ts';
import { createIndexerWatch } from './indexer-deaths.ts';
import { addGaps, addNews, movedBy, type NewGap, type News } from './news.ts';
import { judgeSilence } from './registry-restarts.ts';

export interface EventReporterDeps {
  readonly store: Pick<EventReportStore, 'update'>;
  /** Of this indexer; the same after a restart, and another one's is different. */
  readonly identity: string;
  readonly timing?: ReportTiming | undefined;
  /** Milliseconds since 1970, by a clock that all indexers have: what one has heard is compared with what another has. */
  readonly now: () => number;
  readonly clock?: ReportClock;
  readonly log: Logger;
}

export interface ReportClock {
  /** Milliseconds of a monotonic clock. */
  elapsedMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: ReportClock = { elapsedMs: () => performance.now(), sleep };

/** Milliseconds. */
export interface ReportTiming {
  /** How often to look for something to report, so that the very first event is reported soon. */
  readonly checkMs: number;
  /** At least so long between two reports of gaps, and of other news, however many come. */
  readonly newsMs: number;
  /** How often it says that it lives when there is no news. */
  readonly beatMs: number;
}

const TIMING: ReportTiming = { checkMs: 2_000, newsMs: 60_000, beatMs: 5 * 60_000 };
/** Multiples of `beatMs` and `newsMs`. */
const OVERDUE_BEATS = 2.5;
const SHORT_SILENCE = 3;
const LONG_SILENCE = 10;

/**
 * Keeps the report of events in the version table, which the operator puts into the status: when the last event came,
 * and what may have been missed. Writes once a minute while there is news, and once more for gaps, else twelve times an
 * hour.
 */
export interface EventReporter extends NewsListener {
  /** Until `stop` aborts, and once more then. */
  run(stop: AbortSignal): Promise<void>;
}

const TIMEOUT_MS = 5_000;

export function createEventReporter(deps: EventReporterDeps): EventReporter {
  const { store, identity, timing = TIMING, now, clock = SYSTEM_CLOCK, log } = deps;
  const { elapsedMs } = clock;
  const watch = createIndexerWatch({ identity, overdueMs: OVERDUE_BEATS * timing.beatMs, elapsedMs });
  const silence = { shortMs: SHORT_SILENCE * timing.newsMs, longMs: LONG_SILENCE * timing.newsMs };
  const { hasAny, hasGaps, take, putBack, ...listener } = gatherNews(elapsedMs);
  let againAtMs = Number.POSITIVE_INFINITY;
  let newsTriedAtMs = Number.NEGATIVE_INFINITY;
  let gapsTriedAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;

  const next = (stored: EventReport, taken: News, isLast: boolean): EventReport => {
    const atMs = now();
    // Only now is it known what the table's own clock says: it comes with its answers.
    const report = addNews(stored, movedBy(taken, atMs - elapsedMs()));
    const { processes, ended, againAtMs: reviewAtMs } = judgeSilence(report.registries, atMs, silence);
    againAtMs = reviewAtMs ?? Number.POSITIVE_INFINITY;
    const { indexers, died } = isLast
      ? { indexers: watch.leave(report.indexers), died: 0 }
      : watch.beat(report.indexers);
    const found: readonly NewGap[] = [
      { reason: 'RegistryRestarted', count: ended, atMs },
      { reason: 'IndexerDied', count: died, atMs },
    ];
    return addGaps(
      { ...report, registries: processes, indexers },
      found.filter(({ count }) => count > 0),
    );
  };

  const report = async (isLast: boolean) => {
    // The first report has no news yet, and must not hold back what comes right after the start.
    if (hasAny() || triedAtMs > 0) newsTriedAtMs = elapsedMs();
    if (hasGaps()) gapsTriedAtMs = elapsedMs();
    triedAtMs = elapsedMs();
    const taken = take();
    const change = (stored: EventReport) => next(stored, taken, isLast);
    try {
      await withDeadline(new AbortController().signal, TIMEOUT_MS, (limited) => store.update(change, limited));
      watch.stored();
    } catch (err) {
      putBack(taken);
      log.warn({ err }, 'Failed to record the results of events; trying again in a minute');
    }
  };

  const isDue = () => {
    const hasPassed = (ms: number, sinceMs: number) => elapsedMs() - sinceMs >= ms;
    const isAgain = now() >= againAtMs || hasAny();
    if (isAgain && hasPassed(timing.newsMs, newsTriedAtMs)) return true;
    // A gap waits a minute more until its resync, and must not wait for other news before.
    if (hasGaps() && hasPassed(timing.newsMs, gapsTriedAtMs)) return true;
    return hasPassed(timing.beatMs, triedAtMs);
  };

  return {
    ...listener,
    async run(stop) {
      if (!stop.aborted) await report(false);
      while (!stop.aborted) {
        await clock.sleep(timing.checkMs, stop);
        if (!stop.aborted && isDue()) await report(false);
      }
      await report(true);
    },
  };
}
