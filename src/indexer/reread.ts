import { isDeepStrictEqual } from 'node:util';
import type { StorageFault } from '../api/fault.ts';
import type { RepositoryRecord, StoredRecord } from '../index/record.ts';
import type { RecordStore, RecordWrite, WriteResult } from '../index/record-store.ts';
import type { Layout, RepositoryListing } from '../storage/layout.ts';
import type { ArtefactReader } from './artefact-reader.ts';
import { buildRecord } from './build-record.ts';
import { completeRecord, isUnfinished } from './complete-record.ts';
import { knownFrom } from './known.ts';
import { type Attempt, untilSettled } from './settle.ts';

export interface IndexerDeps {
  readonly layout: Layout;
  readonly artefacts: ArtefactReader;
  readonly records: RecordStore;
  /** The filling of the tables that is written. */
  readonly epoch: number;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

export interface Trigger {
  readonly name: string;
  /** When we learnt that the repository may have changed; milliseconds since 1970. */
  readonly triggeredAtMs: number;
}

/**
 * What became of one repository: its record was `written`, what is stored is `current` already, it is `gone`; or it was
 * left as it is, because a later filling of the tables has begun (`superseded`), others kept writing it (`contended`),
 * or its record would not fit (`tooLarge`).
 */
export interface RepositoryOutcome {
  readonly result: 'written' | 'current' | 'gone' | 'superseded' | 'contended' | 'tooLarge';
  /** What the table holds now, where that is known. */
  readonly record: RepositoryRecord | undefined;
  /** Whether manifests of what was written are still to be read. */
  readonly isUnfinished?: boolean;
  readonly faults: readonly StorageFault[];
}

/**
 * Makes the stored record say all that the bucket says; reads only manifests that the stored record does not know. What
 * is stored is read before the first LIST and replaced only unchanged, so an older listing never overwrites a newer one.
 * After a conflict the winner's record will do when its listing began after our trigger. Rejects with a ServiceError of
 * storage or table.
 */
export async function rereadRepository(
  deps: IndexerDeps,
  trigger: Trigger,
  signal: AbortSignal,
): Promise<RepositoryOutcome> {
  return untilSettled(deps, () => attemptReread(deps, trigger, signal), signal);
}

async function attemptReread(
  deps: IndexerDeps,
  { name, triggeredAtMs }: Trigger,
  signal: AbortSignal,
): Promise<Attempt> {
  const seen = await deps.records.read(name, signal);
  if (seen && seen.epoch > deps.epoch) return { result: 'superseded', record: undefined, faults: [] };
  const own = seen?.epoch === deps.epoch ? seen : undefined;
  if (own && own.listedAtMs > triggeredAtMs) return unchanged(own);
  const listing = await deps.layout.listRepository(name, signal);
  if (own && isWhole(own) && own.fingerprint === listing.fingerprint) return unchanged(own);
  return write(deps, { seen, listing }, signal);
}

/** What the first pass of a backfill has left unread is read with the next occasion. */
function isWhole(stored: StoredRecord): boolean {
  return !stored.deleted && !isUnfinished(stored);
}

function unchanged({ record, deleted }: StoredRecord): RepositoryOutcome {
  return { result: deleted ? 'gone' : 'current', record: deleted ? undefined : record, faults: [] };
}

interface Reread {
  readonly seen: StoredRecord | undefined;
  readonly listing: RepositoryListing;
}

async function write(deps: IndexerDeps, { seen, listing }: Reread, signal: AbortSignal): Promise<Attempt> {
  const { artefacts, records, epoch } = deps;
  const built = await buildRecord(artefacts, { listing, known: knownFrom(seen) }, signal);
  const { record, readings, fingerprint, faults } = await completeRecord(artefacts, built, signal);
  const provenance = { epoch, fingerprint, listedAtMs: listing.listedAtMs };
  const allFaults = [...listing.faults, ...listing.unread, ...faults];
  if (record.tags.length === 0) {
    if (listing.unread.length > 0) return { ...leftAsItIs(seen, epoch), faults: allFaults };
    const result = await removeGone(records, { record, ...provenance, seen }, signal);
    return result === 'conflict' ? result : { result: 'gone', record: undefined, faults: allFaults };
  }
  const next = { record, readings, ...provenance };
  if (seen && saysTheSame(seen, next)) return { result: 'current', record, faults: allFaults };
  // A record of an earlier filling is replaced like any other: only while it is what was read before the listing.
  const result = seen ? await records.replace(next, seen, signal) : await records.create(next, signal);
  return outcomeOf(result, record, allFaults);
}

/** Of a repository that is there, but of which nothing can be read, the index goes on saying what it did. */
function leftAsItIs(seen: StoredRecord | undefined, epoch: number) {
  const record = seen?.epoch === epoch && !seen.deleted ? seen.record : undefined;
  return { result: 'current', record } as const;
}

interface Gone extends RecordWrite {
  readonly seen: StoredRecord | undefined;
}

/** A tombstone is written also where nothing is: a backfill under way may have read the repository before it went. */
async function removeGone(records: RecordStore, { seen, ...write }: Gone, signal: AbortSignal): Promise<WriteResult> {
  if (!seen) return records.bury(write, signal);
  if (seen.deleted && seen.epoch === write.epoch) return 'written';
  return records.remove(seen, write, signal);
}

/** Of a repository that is read again because of a fault mostly nothing has changed. */
function saysTheSame(seen: StoredRecord, next: RecordWrite): boolean {
  if (seen.deleted || seen.epoch !== next.epoch || seen.fingerprint !== next.fingerprint) return false;
  return isDeepStrictEqual(seen.record, next.record) && isDeepStrictEqual(seen.readings, next.readings);
}

function outcomeOf(result: WriteResult, record: RepositoryRecord, faults: readonly StorageFault[]) {
  if (result === 'conflict') return result;
  return { result, record: result === 'written' ? record : undefined, faults } as const;
}
