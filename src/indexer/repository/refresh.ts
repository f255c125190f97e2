import { isDeepStrictEqual } from 'node:util';
import type { StorageFault } from '../../api/fault.ts';
import { type Gaps, gapsOf, isRetryDue } from '../../dynamodb/records/gaps.ts';
import { isOutdated, type RepositoryRecord, type StoredRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { RecordWrite, WriteResult } from '../../dynamodb/records/record-write.ts';
import type { RepositoryListing } from '../../storage/layout.ts';
import { buildRecord } from './build.ts';
import { completeRecord, isUnfinished } from './complete.ts';
import { knownFrom, missingFrom, NOTHING_RECOVERED, type Recovered } from './known.ts';
import type { IndexerDeps, RepositoryOutcome } from './outcome.ts';
import { type Attempt, retryOnConflict } from './retry-on-conflict.ts';

/**
 * Brings the record of one repository up to date; reads only manifests that the stored record does not know. The stored
 * record is read before the first LIST and replaced only if unchanged, so an older listing never overwrites a newer
 * one. Times of listings do not count, since writers' clocks differ: after a conflict it is listed again. Rejects with
 * a ServiceError of storage or table.
 */
export async function refreshRepository(
  deps: IndexerDeps,
  name: string,
  signal: AbortSignal,
): Promise<RepositoryOutcome> {
  return retryOnConflict(deps, () => attemptRefresh(deps, name, signal), signal);
}

async function attemptRefresh(deps: IndexerDeps, name: string, signal: AbortSignal): Promise<Attempt> {
  const seen = await deps.records.read(name, signal);
  if (seen && seen.epoch > deps.epoch) return { result: 'superseded', record: undefined, faults: [] };
  const own = seen?.epoch === deps.epoch ? seen : undefined;
  const listing = await deps.layout.listRepository(name, signal);
  const recovered = seen?.gaps
    ? await findRecovered(deps, { seen, nowMs: listing.listedAtMs }, signal)
    : NOTHING_RECOVERED;
  const hasRecovered = recovered.isRetryDue || recovered.blobs.size > 0;
  if (own && isComplete(own) && own.fingerprint === listing.fingerprint && !hasRecovered) return unchanged(own);
  return write(deps, { seen, listing, recovered }, signal);
}

/** Finds out by LISTs alone which problems may be gone. */
async function findRecovered(
  { layout }: IndexerDeps,
  { seen, nowMs }: { readonly seen: StoredRecord; readonly nowMs: number },
  signal: AbortSignal,
): Promise<Recovered> {
  const isDue = seen.gaps !== undefined && isRetryDue(seen.gaps, nowMs);
  return { blobs: await layout.findBlobs(missingFrom(seen), signal), isRetryDue: isDue };
}

/** A record that the first pass of a backfill left incomplete is completed at the next refresh. */
function isComplete(own: StoredRecord): boolean {
  if (own.deleted) return own.gaps !== undefined && !isOutdated(own);
  return !isOutdated(own) && !own.lostTags && !isUnfinished(own);
}

/** A backfill whose pass began again may meet a record of its own that no worklist has yet. */
function unchanged(stored: StoredRecord): RepositoryOutcome {
  if (stored.deleted) return { result: 'gone', record: undefined, faults: [] };
  return { result: 'current', record: stored.record, isUnfinished: isUnfinished(stored), faults: [] };
}

interface Listed {
  readonly seen: StoredRecord | undefined;
  readonly listing: RepositoryListing;
  readonly recovered: Recovered;
}

async function write(deps: IndexerDeps, { seen, listing, recovered }: Listed, signal: AbortSignal): Promise<Attempt> {
  const { artefacts, records, epoch, mayRemove = always } = deps;
  const built = await buildRecord(artefacts, { listing, known: knownFrom(seen, recovered) }, signal);
  const { faults, ...read } = await completeRecord(artefacts, built, signal);
  const { listedAtMs, unread } = listing;
  const found = { ...read, epoch, listedAtMs, gaps: gapsOf([...unread, ...faults], listedAtMs) };
  const next = unread.length > 0 ? keepEarlier(found, seen) : found;
  const allFaults = [...listing.faults, ...unread, ...faults];
  if (next.record.tags.length === 0) {
    const isRemoval = seen?.epoch === epoch && !seen.deleted;
    if (isRemoval && !(await mayRemove())) return { result: 'withheld', record: undefined, faults: allFaults };
    const result = await removeGone(records, { ...next, seen }, signal);
    return result === 'conflict' ? result : { result: 'gone', record: undefined, faults: allFaults };
  }
  if (seen && isUnchanged(seen, next)) return { result: 'current', record: next.record, faults: allFaults };
  // A record of an earlier epoch is replaced like any other: only while it is what was read before the listing.
  const result = seen ? await records.replace(next, seen, signal) : await records.create(next, signal);
  return outcomeOf(result === 'written' && next !== found ? 'current' : result, next.record, allFaults);
}

const always = async () => true;

/** A repository whose tags cannot be read keeps its earlier record. */
function keepEarlier(found: RecordWrite, seen: StoredRecord | undefined): RecordWrite {
  if (found.record.tags.length > 0 || !seen || seen.deleted || seen.epoch !== found.epoch) return found;
  const { record, manifests } = seen;
  return { ...found, record, manifests };
}

interface Gone extends RecordWrite {
  readonly seen: StoredRecord | undefined;
}

/**
 * A tombstone is written even without a record: a running backfill may have read the repository before it was deleted.
 */
async function removeGone(records: RecordStore, { seen, ...write }: Gone, signal: AbortSignal): Promise<WriteResult> {
  if (!seen) return records.bury(write, signal);
  const isBuried = seen.deleted && seen.epoch === write.epoch && seen.fingerprint === write.fingerprint;
  if (isBuried && haveSameGaps(seen.gaps, write)) return 'written';
  return records.remove(seen, write, signal);
}

/** Saves a write: most repositories that are read again without a push have not changed. */
function isUnchanged(seen: StoredRecord, next: RecordWrite): boolean {
  if (seen.deleted || seen.epoch !== next.epoch || seen.fingerprint !== next.fingerprint) return false;
  if (isOutdated(seen) || seen.lostTags || !isDeepStrictEqual(seen.record, next.record)) return false;
  return isDeepStrictEqual(seen.manifests, next.manifests) && haveSameGaps(seen.gaps, next);
}

/** The time of the next retry is written only when the former has passed. */
function haveSameGaps(seen: Gaps | undefined, { gaps, listedAtMs }: RecordWrite): boolean {
  if (!seen || !gaps) return seen === gaps;
  return !isRetryDue(seen, listedAtMs) && isDeepStrictEqual({ ...seen, retryAtMs: 0 }, { ...gaps, retryAtMs: 0 });
}

function outcomeOf(result: WriteResult | 'current', record: RepositoryRecord, faults: readonly StorageFault[]) {
  if (result === 'conflict') return result;
  return { result, record: result === 'written' ? record : undefined, faults } as const;
}
