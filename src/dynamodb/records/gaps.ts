import {
  addCounts,
  countFaults,
  type FaultCounts,
  firstFaults,
  isSeenByListing,
  mayPass,
  type StorageFault,
} from '../../api/fault.ts';
import type { RangeFault } from '../state/ranges.ts';

/** What of a repository could not be read when it was read last, so that it need not be tried at every comparison. */
export interface Gaps {
  readonly counts: FaultCounts;
  /** The first few, bounded. */
  readonly faults: readonly RangeFault[];
  /** Digests of blobs that are not there, or not yet; a listing tells when one has come. Bounded. */
  readonly missing: readonly string[];
  /** When what no listing tells is tried again, such as whether a right was given; milliseconds since 1970. */
  readonly retryAtMs: number | undefined;
}

/** Who gives a right or restores an archive sees that by then at the latest; until then it costs nothing. */
const RETRY_MS = 7 * 24 * 60 * 60_000;
/** Where more are missing, one that comes is mostly followed by others. */
const MAX_MISSING = 256;

/** Of what could not be read at a time; undefined where everything could. */
export function gapsOf(faults: readonly StorageFault[], readAtMs: number): Gaps | undefined {
  const distinct = [...new Map(faults.map((fault) => [fault.key, fault])).values()];
  if (distinct.length === 0) return undefined;
  const missing = distinct.flatMap(({ kind, digest }) => (isSeenByListing(kind) && digest ? [digest] : []));
  const isTold = ({ kind, digest }: StorageFault) => isSeenByListing(kind) && digest !== undefined;
  const wantsRetry = missing.length > MAX_MISSING || distinct.some((fault) => mayPass(fault.kind) && !isTold(fault));
  return {
    counts: countFaults(distinct),
    faults: firstFaults(distinct).map(({ kind, key, reason }) => ({ kind, key, reason })),
    missing: missing.slice(0, MAX_MISSING),
    retryAtMs: wantsRetry ? readAtMs + RETRY_MS : undefined,
  };
}

/** Of what was read in two steps. */
export function mergeGaps(first: Gaps | undefined, second: Gaps | undefined): Gaps | undefined {
  if (!first || !second) return first ?? second;
  const retriesAtMs = [first.retryAtMs, second.retryAtMs].filter((atMs) => atMs !== undefined);
  return {
    counts: addCounts(first.counts, second.counts),
    faults: firstFaults([...first.faults, ...second.faults]),
    missing: [...first.missing, ...second.missing].slice(0, MAX_MISSING),
    retryAtMs: retriesAtMs.length > 0 ? Math.min(...retriesAtMs) : undefined,
  };
}

export function isRetryDue({ retryAtMs }: Gaps, nowMs: number): boolean {
  return retryAtMs !== undefined && retryAtMs <= nowMs;
}
