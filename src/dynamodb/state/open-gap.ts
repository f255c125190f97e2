import type { EventGap, EventReport } from './event-report.ts';

/** Gaps that no resync has closed yet. */
export interface OpenGap {
  /** The latest of each reason. */
  readonly gaps: readonly EventGap[];
  /** Up to which number gaps were closed. Used as the id of the open gap: it stays until that is closed. */
  readonly closed: number;
}

export function openGapOf({ gaps, closedGaps }: EventReport): OpenGap | undefined {
  const open = gaps.filter(({ number }) => number > closedGaps);
  return open.length === 0 ? undefined : { gaps: open, closed: closedGaps };
}

/** The number of the last gap of any reason; 0 where there was none. */
export function lastGapOf({ gaps }: EventReport): number {
  return Math.max(0, ...gaps.map(({ number }) => number));
}

/** How long to wait after a gap is first seen, so that one resync answers all that follows from one cause. */
const DEBOUNCE_MS = 60_000;
/** The least time between the starts of two resyncs because of gaps. */
const GAP_RESYNC_EVERY_MS = 60 * 60_000;

/** The open gap that was seen last, and when it was first seen, by the clock of this process. */
export interface SeenGap {
  readonly closed: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** The open gap as it is seen now, after `before`. When it was first seen stays. */
export function seeGap(before: SeenGap | undefined, { closed }: OpenGap, nowMs: number): SeenGap {
  return before?.closed === closed ? before : { closed, atMs: nowMs };
}

export interface GapTimes {
  /** When the open gap was first seen; milliseconds since 1970, as all of these. */
  readonly seenAtMs: number;
  /** When a resync was last started because of a gap; undefined for never. */
  readonly startedAtMs: number | undefined;
  readonly nowMs: number;
}

/** Milliseconds until a resync may start because of an open gap; 0 when it may now. */
export function gapResyncInMs({ seenAtMs, startedAtMs, nowMs }: GapTimes): number {
  const earliest = seenAtMs + DEBOUNCE_MS;
  // A start in the future is the mistake of a clock; it must not hold the next one back for long.
  const isKnown = startedAtMs !== undefined && startedAtMs <= nowMs;
  const next = isKnown ? Math.max(earliest, startedAtMs + GAP_RESYNC_EVERY_MS) : earliest;
  return Math.max(0, next - nowMs);
}
