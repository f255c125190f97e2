/** How far one shard of the change feed was read. */
export interface FeedCursor {
  /** The latest time of change seen, by the writers' clocks. */
  readonly newestMs: number;
  /** When it was first seen, by our own clock. */
  readonly seenAtMs: number;
  /** When the shard was last read to its end, by our own clock. */
  readonly readAtMs: number;
}

export interface ScanTimes {
  /** Our own clock when the Scan began and ended. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** The latest time of change among what was read; 0 when nothing was. */
  readonly newestMs: number;
}

/**
 * From where to follow the feed after a Scan. By the clock that wrote the newest record, a write made during the Scan
 * is at most as old as the Scan is long; so a clock of ours that is ahead hides nothing.
 */
export function cursorAfterScan({ beganAtMs, endedAtMs, newestMs: newestReadMs }: ScanTimes): FeedCursor {
  const scanBeganMs = newestReadMs - (endedAtMs - beganAtMs);
  const newestMs = Math.max(0, Math.min(beganAtMs, scanBeganMs));
  return { newestMs, seenAtMs: endedAtMs, readAtMs: endedAtMs };
}

/** The shard was read to its end; the read began at `nowMs`. */
export function readToEnd(cursor: FeedCursor, nowMs: number): FeedCursor {
  return { ...cursor, readAtMs: Math.max(cursor.seenAtMs, nowMs) };
}

/** Moves forward to what was seen at `nowMs`; never back. */
export function advance(cursor: FeedCursor, changedAtMs: number, nowMs: number): FeedCursor {
  return changedAtMs > cursor.newestMs ? { ...cursor, newestMs: changedAtMs, seenAtMs: nowMs } : cursor;
}

/**
 * From when to read a shard: `overlapMs` before the newest entry seen, for writers whose clocks are behind and entries
 * that arrive late, and never after `overlapMs` ago, for writers whose clocks are ahead. While reads find nothing new
 * the first overlap shrinks: what is written that much later is newer than the newest even by a slow clock. So the end
 * of a large backfill is not read again and again.
 */
export function readFromMs({ newestMs, seenAtMs, readAtMs }: FeedCursor, nowMs: number, overlapMs: number): number {
  const quietMs = Math.max(0, readAtMs - seenAtMs);
  const behindNewestMs = newestMs - Math.max(0, overlapMs - quietMs);
  return Math.max(0, Math.min(behindNewestMs, nowMs - overlapMs));
}
