import type { EventGap, EventGapReason, EventReport, EventTimes } from '../../dynamodb/state/event-report.ts';
import { lastGapOf } from '../../dynamodb/state/open-gap.ts';
import { addHeard, type Heard } from './registry-restarts.ts';

/** Gaps of one reason; `atMs` is when the last came. */
export interface NewGap {
  readonly reason: EventGapReason;
  readonly count: number;
  readonly atMs: number;
}

/** What one indexer has to report. Times of one clock, and 0 for never. */
export interface News {
  readonly times: EventTimes;
  readonly gaps: readonly NewGap[];
  readonly heard: readonly Heard[];
}

/** With all times moved by so much, from one clock to another. */
export function movedBy({ times, gaps, heard }: News, ms: number): News {
  const moved = (atMs: number) => (atMs === 0 ? 0 : Math.round(atMs + ms));
  return {
    times: {
      ...times,
      eventAtMs: moved(times.eventAtMs),
      letInAtMs: moved(times.letInAtMs),
      rejectedAtMs: moved(times.rejectedAtMs),
      queueReachedAtMs: moved(times.queueReachedAtMs),
      queueFailedAtMs: moved(times.queueFailedAtMs),
    },
    gaps: gaps.map((gap) => ({ ...gap, atMs: moved(gap.atMs) })),
    heard: heard.map((each) => ({ ...each, firstAtMs: moved(each.firstAtMs), lastAtMs: moved(each.lastAtMs) })),
  };
}

/** The report with one indexer's news. */
export function addNews(report: EventReport, { times, heard, gaps }: News): EventReport {
  const registries = heard.length === 0 ? report.registries : addHeard(report.registries, heard);
  return addGaps({ ...report, ...laterOf(report, times), registries }, gaps);
}

/** Each reason gets the next number, so that a resync knows up to which it has seen them. */
export function addGaps(report: EventReport, added: readonly NewGap[]): EventReport {
  const gaps = new Map<EventGapReason, EventGap>(report.gaps.map((gap) => [gap.reason, gap]));
  let number = lastGapOf(report);
  for (const { reason, count, atMs } of added) {
    const known = gaps.get(reason) ?? { count: 0, atMs: 0 };
    number += 1;
    gaps.set(reason, { reason, number, count: known.count + count, atMs: Math.max(atMs, known.atMs) });
  }
  return { ...report, gaps: [...gaps.values()] };
}

/** Rejections count from the last that was let in on. */
export function laterOf(earlier: EventTimes, later: EventTimes): EventTimes {
  return {
    eventAtMs: Math.max(earlier.eventAtMs, later.eventAtMs),
    letInAtMs: Math.max(earlier.letInAtMs, later.letInAtMs),
    rejectedAtMs: Math.max(earlier.rejectedAtMs, later.rejectedAtMs),
    rejected: later.letInAtMs > 0 ? later.rejected : earlier.rejected + later.rejected,
    queueReachedAtMs: Math.max(earlier.queueReachedAtMs, later.queueReachedAtMs),
    queueFailedAtMs: Math.max(earlier.queueFailedAtMs, later.queueFailedAtMs),
    queueProblem: (later.queueFailedAtMs > earlier.queueFailedAtMs ? later : earlier).queueProblem,
  };
}
