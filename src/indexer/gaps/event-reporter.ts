import { withDeadline } from '../../async/deadline.ts';
import { sleep } from '../../async/sleep.ts';
import {
  type EventGapReason,
  type EventReport,
  type EventReportStore,
  NO_TIMES,
} from '../../dynamodb/state/event-report.ts';
import type { Logger } from '../../telemetry/log.ts';
import { createIndexerWatch } from './indexer-deaths.ts';
import { addGaps, addNews, laterOf, type NewGap, type News } from './news.ts';
import { type Heard, judgeSilence } from './registry-restarts.ts';

export interface EventReporterDeps {
  readonly store: Pick<EventReportStore, 'update'>;
  /** Of this indexer; the same after a restart, and another one's is different. */
  readonly identity: string;
  readonly timing?: ReportTiming | undefined;
  readonly clock?: ReportClock;
  readonly log: Logger;
}

export interface ReportClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds of a monotonic clock. */
  elapsedMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: ReportClock = { now: Date.now, elapsedMs: () => performance.now(), sleep };

/** Milliseconds. */
export interface ReportTiming {
  /** How often to look for something to report, so that the very first event is reported soon. */
  readonly checkMs: number;
  /** At least so long between two reports of news, however many events come. */
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
 * and what may have been missed. Writes once a minute while there is news, else twelve times an hour.
 */
export interface EventReporter {
  received(): void;
  /** An event of a process of a registry. */
  heard(instanceId: string): void;
  rejected(): void;
  gap(reason: EventGapReason): void;
  /** The queue of a bucket's events answers, for the first time or again. */
  queueReached(): void;
  /** `problem`: why the queue cannot be read. */
  queueFailed(problem: string): void;
  /** Until `stop` aborts, and once more then. */
  run(stop: AbortSignal): Promise<void>;
}

const TIMEOUT_MS = 5_000;
/** Registries make ids of 36 letters. */
const MAX_ID_LENGTH = 128;
const MAX_HEARD = 64;

export function createEventReporter(deps: EventReporterDeps): EventReporter {
  const { store, identity, timing = TIMING, clock = SYSTEM_CLOCK, log } = deps;
  const { now, elapsedMs } = clock;
  const watch = createIndexerWatch({ identity, overdueMs: OVERDUE_BEATS * timing.beatMs, elapsedMs });
  const silence = { shortMs: SHORT_SILENCE * timing.newsMs, longMs: LONG_SILENCE * timing.newsMs };
  const heard = new Map<string, Heard>();
  const gaps = new Map<EventGapReason, NewGap>();
  let times = NO_TIMES;
  let againAtMs = Number.POSITIVE_INFINITY;
  let newsTriedAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;

  const hear = ({ instanceId, firstAtMs, lastAtMs, events }: Heard) => {
    const before = heard.get(instanceId) ?? { firstAtMs, lastAtMs, events: 0 };
    if (heard.size >= MAX_HEARD && !heard.has(instanceId)) return;
    heard.set(instanceId, {
      instanceId,
      firstAtMs: Math.min(firstAtMs, before.firstAtMs),
      lastAtMs: Math.max(lastAtMs, before.lastAtMs),
      events: events + before.events,
    });
  };

  const countGap = ({ reason, count, atMs }: NewGap) => {
    const before = gaps.get(reason) ?? { count: 0, atMs };
    gaps.set(reason, { reason, count: count + before.count, atMs: Math.max(atMs, before.atMs) });
  };

  const hasNews = () => times !== NO_TIMES || heard.size > 0 || gaps.size > 0;

  const takeNews = (): News => {
    const taken = { times, heard: [...heard.values()], gaps: [...gaps.values()] };
    times = NO_TIMES;
    heard.clear();
    gaps.clear();
    return taken;
  };

  const putBack = (taken: News) => {
    times = laterOf(taken.times, times);
    taken.heard.forEach(hear);
    taken.gaps.forEach(countGap);
  };

  const next = (stored: EventReport, taken: News, isLast: boolean): EventReport => {
    const atMs = now();
    const report = addNews(stored, taken);
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
    if (hasNews() || triedAtMs > 0) newsTriedAtMs = elapsedMs();
    triedAtMs = elapsedMs();
    const taken = takeNews();
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
    const isAgain = now() >= againAtMs || hasNews();
    if (isAgain && elapsedMs() - newsTriedAtMs >= timing.newsMs) return true;
    return elapsedMs() - triedAtMs >= timing.beatMs;
  };

  return {
    received() {
      times = { ...times, eventAtMs: now(), rejected: 0 };
    },
    heard(instanceId) {
      const atMs = now();
      hear({ instanceId: instanceId.slice(0, MAX_ID_LENGTH), firstAtMs: atMs, lastAtMs: atMs, events: 1 });
    },
    rejected() {
      times = { ...times, rejectedAtMs: now(), rejected: times.rejected + 1 };
    },
    gap: (reason) => countGap({ reason, count: 1, atMs: now() }),
    queueReached() {
      times = { ...times, queueReachedAtMs: now() };
    },
    queueFailed(problem) {
      times = { ...times, queueFailedAtMs: now(), queueProblem: problem };
    },
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
