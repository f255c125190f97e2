import {
  addCounts,
  countFaults,
  type FaultCounts,
  type FaultKind,
  firstFaults,
  mayPass,
  type StorageFault,
} from '../../api/fault.ts';
import { type Item, isItem, isListOf, isNumber, isText, UnreadableItem } from '../items/item.ts';
import { packJson, unpackJson } from '../items/packed-json.ts';
import { faultItems, parseCounts, parseFaults } from '../state/range-items.ts';
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
const LISTED: ReadonlySet<FaultKind> = new Set<FaultKind>(['Missing', 'Unfinished']);

/** Of what could not be read at a time; undefined where everything could. */
export function gapsOf(faults: readonly StorageFault[], readAtMs: number): Gaps | undefined {
  const distinct = [...new Map(faults.map((fault) => [fault.key, fault])).values()];
  if (distinct.length === 0) return undefined;
  const missing = distinct.flatMap(({ kind, digest }) => (isListed(kind) && digest ? [digest] : []));
  const isTold = ({ kind, digest }: StorageFault) => isListed(kind) && digest !== undefined;
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

/** Whether a listing of the blob tells that it has passed. */
export function isListed(kind: FaultKind): boolean {
  return LISTED.has(kind);
}

export function isRetryDue({ retryAtMs }: Gaps, nowMs: number): boolean {
  return retryAtMs !== undefined && retryAtMs <= nowMs;
}

/** A few bytes of a record's item, and none of most. */
export function packGaps({ faults, ...rest }: Gaps): Uint8Array {
  return packJson({ ...rest, faults: faultItems(faults) });
}

/** Reverses `packGaps`, but for what it cut off. Throws UnreadableItem. */
export function unpackGaps(bytes: Uint8Array, what: string): Gaps {
  const value = unpackJson(bytes, what);
  const { counts, faults, missing, retryAtMs }: Item = isItem(value) ? value : {};
  if (!isListOf(missing, isText)) throw new UnreadableItem(`${what}: what is missing is not as expected`);
  return {
    counts: parseCounts(counts) ?? {},
    faults: parseFaults(faults),
    missing,
    retryAtMs: isNumber(retryAtMs) ? retryAtMs : undefined,
  };
}
