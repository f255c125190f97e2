import type { TagLook } from '../../storage/layout.ts';
import type { PendingTag } from './hint.ts';

/**
 * Whether the store shows what was announced of a tag. A registry writes the link in the tag's history, and then the
 * tag's current link; both times are the store's own. So once the history has the announced digest and the current link
 * is not older than that, what the tag points to is the truth, also where another push has overtaken this one. Times of
 * a store may be whole seconds: a tie says nothing about which was first.
 */
export function hasArrived({ tag, linkedAtMs }: TagLook, { expected, expectsAbsence }: PendingTag): boolean {
  if (expectsAbsence) return tag === undefined;
  if (expected.size === 0) return true;
  if (!tag) return false;
  if (expected.size === 1 && expected.has(tag.digest)) return true;
  const linked = [...expected].map((digest) => linkedAtMs.get(digest) ?? Number.POSITIVE_INFINITY);
  const newestMs = Math.max(...linked);
  if (tag.pushedAtMs !== newestMs) return tag.pushedAtMs > newestMs;
  const newest = [...expected].filter((_, at) => linked[at] === newestMs);
  return newest.length === 1 && newest[0] === tag.digest;
}

/** Whether an event has come that may have been sent before what it is about. */
export function isAwaited({ expected, expectsAbsence }: PendingTag): boolean {
  return expected.size > 0 || expectsAbsence;
}

/** When to look again at a tag that does not show yet what was announced, after the latest hint about it. */
const LOOKS_AFTER_MS = [50, 150, 400, 1_000, 3_000] as const;
export const PATIENCE_MS = 3_000;

/** Milliseconds until the next look; undefined when what the store says is taken as it is. */
export function nextLookInMs({ latestMs }: PendingTag, nowMs: number): number | undefined {
  const waitedMs = nowMs - latestMs;
  const next = LOOKS_AFTER_MS.find((afterMs) => afterMs > waitedMs);
  return next === undefined ? undefined : next - waitedMs;
}

/** A registry that pushes to one tag without pause still has its tag shown at times. */
export function isOverdue({ sinceMs }: PendingTag, nowMs: number): boolean {
  return nowMs - sinceMs >= 2 * PATIENCE_MS;
}
