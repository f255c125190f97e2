import {
  addCounts,
  countFaults,
  type FaultCounts,
  firstFaults,
  isSeenByListing,
  mayPass,
  type ReportedFault,
  type StorageFault,
} from '../../api/fault.ts';

/** What could not be read of a repository, so that a resync need not try again each time. */
export interface Gaps {
  readonly counts: FaultCounts;
  /** The first few, bounded. */
  readonly faults: readonly ReportedFault[];
  /** Digests of missing blobs; a listing shows when one is there. Bounded. */
  readonly missing: readonly string[];
  /** When to retry faults that no listing shows, such as missing rights; milliseconds since 1970. */
  readonly retryAtMs: number | undefined;
}

/** A granted right or a restored archive is noticed after that time at the latest. */
const RETRY_MS = 7 * 24 * 60 * 60_000;
/** More are not needed: missing blobs mostly arrive together. */
const MAX_MISSING = 256;

/** The gaps that some faults leave; undefined without any. */
export function gapsOf(faults: readonly StorageFault[], readAtMs: number): Gaps | undefined {
  const distinct = [...new Map(faults.map((fault) => [fault.key, fault])).values()];
  if (distinct.length === 0) return undefined;
  const missing = distinct.flatMap(({ kind, digest }) => (isSeenByListing(kind) && digest ? [digest] : []));
  const isFoundByListing = ({ kind, digest }: StorageFault) => isSeenByListing(kind) && digest !== undefined;
  const wantsRetry =
    missing.length > MAX_MISSING || distinct.some((fault) => mayPass(fault.kind) && !isFoundByListing(fault));
  return {
    counts: countFaults(distinct),
    faults: firstFaults(distinct).map(({ kind, key, reason }) => ({ kind, key, reason })),
    missing: missing.slice(0, MAX_MISSING),
    retryAtMs: wantsRetry ? readAtMs + RETRY_MS : undefined,
  };
}

/** The gaps of a repository that was read in two steps. */
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
