import type { Digest } from '../../oci/manifest-facts.ts';

/**
 * What an event says has happened to a tag; none of it is believed, the store is read. A registry sends the event of a
 * push before it writes the tag's link, so the hint says what to wait for.
 */
export type Expectation =
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'absence' }
  /** The event came after what it is about. */
  | { readonly kind: 'nothing' };

/** Where something may have changed. */
export type Hint =
  | { readonly kind: 'tag'; readonly name: string; readonly tag: string; readonly expects: Expectation }
  /** Any of its tags. */
  | { readonly kind: 'repository'; readonly name: string };

/** What is waited for of one tag, of all hints together. */
export interface PendingTag {
  /** Digests that pushes have announced, the latest last. */
  readonly expected: ReadonlySet<Digest>;
  /** Whether a deletion was announced after those. */
  readonly expectsAbsence: boolean;
  /** When the first of the hints came, by the clock of the queue. */
  readonly sinceMs: number;
  /** When the latest came. */
  readonly latestMs: number;
}

/** Of a tag that is pushed so often, the latest digests are enough: the earlier ones are overtaken. */
const MAX_EXPECTED = 16;

/** What one hint waits for. */
export function pendingOf(expects: Expectation, nowMs: number): PendingTag {
  return {
    expected: new Set(expects.kind === 'digest' ? [expects.digest] : []),
    expectsAbsence: expects.kind === 'absence',
    sinceMs: nowMs,
    latestMs: nowMs,
  };
}

/** How long after the latest hint what was announced is waited for. */
export const PATIENCE_MS = 3_000;

/** Two hints about one tag as one, the later one second. What the earlier one has waited for in vain counts no more. */
export function mergePending(earlier: PendingTag | undefined, later: PendingTag): PendingTag {
  if (!earlier || later.latestMs - earlier.latestMs > PATIENCE_MS) return later;
  const expected = later.expectsAbsence
    ? later.expected
    : earlier.expected.difference(later.expected).union(later.expected);
  return {
    expected: new Set([...expected].slice(-MAX_EXPECTED)),
    expectsAbsence: later.expectsAbsence || (later.expected.size === 0 && earlier.expectsAbsence),
    sinceMs: Math.min(earlier.sinceMs, later.sinceMs),
    latestMs: Math.max(earlier.latestMs, later.latestMs),
  };
}
