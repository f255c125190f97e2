import type { Removals } from '../../dynamodb/state/event-report.ts';

const HOUR_MS = 60 * 60_000;
/** Removals are counted by spans of this length. */
const SLOT_MS = 5 * 60_000;

/**
 * How many repositories events have removed in the hour before `nowMs`, or some minutes more; milliseconds since 1970.
 */
export function removedLately(removals: readonly Removals[], nowMs: number): number {
  return recent(removals, nowMs).reduce((sum, { count }) => sum + count, 0);
}

/** With `count` more, and without those that are over. */
export function addRemovals(removals: readonly Removals[], count: number, nowMs: number): Removals[] {
  const kept = recent(removals, nowMs);
  const last = kept.at(-1);
  if (last && nowMs - last.sinceMs < SLOT_MS)
    return [...kept.slice(0, -1), { sinceMs: last.sinceMs, count: last.count + count }];
  return [...kept, { sinceMs: nowMs, count }];
}

function recent(removals: readonly Removals[], nowMs: number): Removals[] {
  return removals.filter(({ sinceMs }) => nowMs - sinceMs < HOUR_MS + SLOT_MS);
}
