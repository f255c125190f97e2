import { gapsOf, mergeGaps } from '../../dynamodb/records/gaps.ts';
import {
  type InspectedManifests,
  READER_VERSION,
  type RepositoryRecord,
  type StoredRecord,
} from '../../dynamodb/records/record.ts';
import { tellsMore } from '../../oci/companion.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import { draftOf, faultsOf, type RecordDraft } from './derive.ts';
import { representativeOf } from './known.ts';
import type { IndexerDeps, RepositoryOutcome } from './outcome.ts';
import { readManifests } from './read-manifests.ts';
import { findRepresentative } from './representative.ts';
import { type Attempt, retryOnConflict } from './retry-on-conflict.ts';

/** Whether manifests of some tags or companions are still to be read. */
export function isUnfinished({ record, manifests }: Pick<StoredRecord, 'record' | 'manifests'>): boolean {
  return manifests === undefined || unreadDigests({ record, manifests }).size > 0;
}

/**
 * Completes a draft: reads the manifests that are still unknown, newest push first. It needs no listing, because what a
 * digest names never changes. Rejects only with what the storage rejects with.
 */
export async function completeRecord(
  artefacts: ArtefactReader,
  draft: RecordDraft,
  signal: AbortSignal,
): Promise<RecordDraft> {
  const unread = unreadDigests(draft);
  if (unread.size === 0) return draft;
  const added = await readManifests(artefacts, unread, signal);
  const manifests = new Map([...draft.manifests.byDigest, ...added]);
  const tags = [...draft.record.tags, ...draft.manifests.companions];
  const known = { representative: representativeOf(draft.record, draft.manifests), manifests };
  const { record, fingerprint } = draft;
  const found = await findRepresentative(artefacts, { tags, known }, signal);
  const completed = draftOf({ listing: { ...record, fingerprint }, tags, known: found });
  return { ...completed, faults: [...draft.faults, ...faultsOf(record.name, added.values())] };
}

function unreadDigests({
  record,
  manifests,
}: {
  record: RepositoryRecord;
  manifests: InspectedManifests;
}): ReadonlySet<Digest> {
  const wanted: ListedTag[] = [...record.tags, ...manifests.companions.filter(tellsMore)];
  const unread = wanted.filter(({ digest }) => !manifests.byDigest.has(digest));
  return new Set(unread.sort((a, b) => b.pushedAtMs - a.pushedAtMs).map(({ digest }) => digest));
}

export interface SeenRecord {
  readonly name: string;
  /** What the table held a moment ago. */
  readonly seen: StoredRecord | undefined;
}

export interface Completed {
  readonly name: string;
  readonly outcome: RepositoryOutcome;
  /** The incomplete record; undefined where nothing was missing. */
  readonly unfinished: RepositoryRecord | undefined;
}

const NO_MANIFESTS: InspectedManifests = { representative: undefined, byDigest: new Map(), companions: [] };

/**
 * Completes a stored record whose first writer left manifests unread. It replaces exactly what was seen and keeps the
 * listing and its time, so a push, retag or deletion that was written meanwhile stays; after such a conflict that
 * record is completed instead. Rejects with a ServiceError of storage or table.
 */
export async function completeRepository(
  deps: IndexerDeps,
  { name, seen: first }: SeenRecord,
  signal: AbortSignal,
): Promise<Completed> {
  let seen = first;
  let unfinished: RepositoryRecord | undefined;
  const attempt = async () => {
    if (seen && needsMore(deps, seen)) unfinished ??= seen.record;
    const outcome = await attemptToComplete(deps, seen, signal);
    if (outcome === 'conflict') seen = await deps.records.read(name, signal);
    return outcome;
  };
  const outcome = await retryOnConflict(deps, attempt, signal);
  return { name, outcome, unfinished };
}

/** A record that has lost tags is left to the next resync, which lists the repository again. */
function needsMore({ epoch }: IndexerDeps, stored: StoredRecord): boolean {
  return stored.epoch === epoch && !stored.deleted && !stored.lostTags && isUnfinished(stored);
}

async function attemptToComplete(
  deps: IndexerDeps,
  seen: StoredRecord | undefined,
  signal: AbortSignal,
): Promise<Attempt> {
  if (seen && seen.epoch > deps.epoch) return { result: 'superseded', record: undefined, faults: [] };
  if (!seen || !needsMore(deps, seen)) return { result: 'current', record: undefined, faults: [] };
  const { record, manifests, fingerprint, faults } = await completeRecord(deps.artefacts, draftFrom(seen), signal);
  const { epoch, listedAtMs, reader = 0 } = seen;
  const gaps = mergeGaps(seen.gaps, gapsOf(faults, listedAtMs));
  const provenance = { epoch, listedAtMs, fingerprint, gaps, reader: Math.min(reader, READER_VERSION) };
  if (record.tags.length === 0) {
    const result = await deps.records.remove(seen, provenance, signal);
    return result === 'conflict' ? result : { result: 'gone', record: undefined, faults };
  }
  const result = await deps.records.replace({ record, manifests, ...provenance }, seen, signal);
  return result === 'conflict' ? result : { result, record: result === 'written' ? record : undefined, faults };
}

function draftFrom({ record, manifests = NO_MANIFESTS, fingerprint }: StoredRecord): RecordDraft {
  return { record, manifests, fingerprint, faults: [] };
}
