import type { Digest } from '../../oci/manifest-facts.ts';
import type { TagLook } from '../../storage/layout.ts';
import { PATIENCE_MS, type PendingTag } from './hint.ts';

/** `tied`: it shows one of several pushes, and their times do not say which was the last. */
export type Arrival = 'arrived' | 'tied' | 'missing';

/**
 * Whether the store shows what was announced of a tag. A registry writes the link in the tag's history, and then the
 * tag's current link; both times are the store's own. So once the history has the announced digest and the current link
 * is not older than that, what the tag points to is the truth, also where another push has overtaken this one. Times of
 * a store may be whole seconds: a tie says nothing about which was first.
 */
export function arrivalOf({ tag, linkedAtMs }: TagLook, pending: PendingTag): Arrival {
  const { expected, expectsAbsence } = pending;
  if (shows(tag?.digest, pending)) return 'arrived';
  if (expectsAbsence || !tag) return 'missing';
  const linked = [...expected].map((digest) => linkedAtMs.get(digest) ?? Number.POSITIVE_INFINITY);
  const newestMs = Math.max(...linked);
  if (tag.pushedAtMs !== newestMs) return tag.pushedAtMs > newestMs ? 'arrived' : 'missing';
  const newest = [...expected].filter((_, at) => linked[at] === newestMs);
  if (!newest.includes(tag.digest)) return 'missing';
  return newest.length === 1 ? 'arrived' : 'tied';
}

/** Whether what a tag points to says by itself that what was announced has come; `digest` is undefined without the tag. */
export function shows(digest: Digest | undefined, { expected, expectsAbsence }: PendingTag): boolean {
  if (expectsAbsence) return digest === undefined;
  return expected.size === 0 || (expected.size === 1 && digest !== undefined && expected.has(digest));
}

/**
 * When to look again at a tag that does not show yet what was announced, after the latest hint about it. Waits double, so
 * that a link is found after at most twice the time that it took to be written.
 */
const LOOKS_AFTER_MS = [50, 100, 200, 400, 800, 1_600, 3_000] as const;

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
