import { mapOrdered } from '../../async/map-ordered.ts';
import { gapsOf, mergeGaps } from '../../dynamodb/records/gaps.ts';
import { isOutdated, type StoredRecord } from '../../dynamodb/records/record.ts';
import type { PartOrWhole } from '../../dynamodb/records/record-part.ts';
import type { ListedTag } from '../../storage/layout.ts';
import { buildRecord } from '../repository/build.ts';
import { knownFrom, NOTHING_RECOVERED } from '../repository/known.ts';
import type { IndexerDeps, RepositoryOutcome } from '../repository/outcome.ts';
import { readManifests } from '../repository/read-manifests.ts';
import { refreshRepository } from '../repository/refresh.ts';
import { type Attempt, retryOnConflict } from '../repository/retry-on-conflict.ts';
import { arrivalOf } from './arrival.ts';
import type { PendingTag } from './hint.ts';
import { digestsOf, isSamePush, patchPart } from './patch-part.ts';

export interface PatchDeps extends IndexerDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Some tags of one repository, and what was announced of each. */
export interface TagsToPatch {
  readonly name: string;
  readonly tags: ReadonlyMap<string, PendingTag>;
  /** Whether to look again later at a tag that does not show what was announced; else the store is right. */
  readonly mayWait: (pending: PendingTag) => boolean;
}

export interface PatchOutcome {
  readonly outcome: RepositoryOutcome;
  /** Tags that do not show yet what was announced, or may not show the last of it. */
  readonly awaited: ReadonlyMap<string, PendingTag>;
  /** Those of which the patience has ended without it. */
  readonly missed: number;
  /** Whether nothing is left to be read of the rest of the repository. */
  readonly isWhole: boolean;
  /** Whether the tags could not be looked at each by itself, so that all was read whether they had come or not. */
  readonly isBlind: boolean;
}

/** LISTs of tags under way at once, for one repository. */
const LOOKS_AT_ONCE = 8;

/**
 * Looks at some tags alone and writes into the stored record what they point to now, under the record's condition. The
 * record keeps the time of its listing, for it says nothing of other tags, and loses its fingerprint, so that the next
 * comparison reads it as a whole. Reads all of a repository whose record cannot be patched. Rejects with a ServiceError
 * of storage or table.
 */
export async function patchRepository(deps: PatchDeps, work: TagsToPatch, signal: AbortSignal): Promise<PatchOutcome> {
  let found: Looked | undefined;
  let isWhole = false;
  const readSome = () => deps.records.readPart(work.name, [...work.tags.keys()], signal);
  const readAll = async (): Promise<PartOrWhole | undefined> => {
    const seen = await deps.records.read(work.name, signal);
    return seen && { kind: 'whole', seen };
  };
  const attempt = async (read: () => Promise<PartOrWhole | undefined>): Promise<Attempt> => {
    // In this order, so that a write in between is not overwritten with what was seen before.
    const stored = await read();
    found = await lookAtTags(deps, work, signal);
    isWhole = !found || !stored || !isPatchable(deps, stored);
    if (found && isNothingYet(work, { seen: stored?.seen, found })) return NOTHING_YET;
    if (!found || !stored || isWhole) return refreshRepository(deps, work.name, signal);
    if (stored.kind === 'whole') return patch(deps, { seen: stored.seen, found }, signal);
    const part = { part: stored, found: found.tags, fingerprint: PATCHED };
    return (await patchPart(deps, part, signal)) ?? attempt(readAll);
  };
  const outcome = await retryOnConflict(deps, () => attempt(readSome), signal);
  if (!found) return { outcome, awaited: new Map(), missed: 0, isWhole, isBlind: true };
  return { outcome, awaited: found.awaited, missed: found.missed, isWhole, isBlind: false };
}

const NOTHING_YET: Attempt = { result: 'current', record: undefined, faults: [] };

/**
 * All that was announced of a repository without tags is still to come, or has not come, as with another registry's
 * events: a tombstone of it would only cost a write. What may be a deletion gets one, for others may just have read it.
 */
function isNothingYet(
  { tags }: TagsToPatch,
  { seen, found }: { seen: StoredRecord | undefined; found: Looked },
): boolean {
  if (seen && !seen.deleted) return found.tags.size === 0;
  const isThere = found.tags.values().some((tag) => tag !== undefined);
  return !isThere && tags.values().every(({ expected, expectsAbsence }) => expected.size > 0 && !expectsAbsence);
}

/** What an incomplete or older reader has stored, and what is gone, is read as a whole. */
function isPatchable({ epoch }: PatchDeps, { kind, seen }: PartOrWhole): boolean {
  const hasManifests = kind === 'part' || seen.manifests !== undefined;
  return hasManifests && seen.epoch === epoch && !seen.deleted && !seen.lostTags && !isOutdated(seen);
}

interface Looked {
  /** What each tag points to now; undefined where it points to nothing. */
  readonly tags: ReadonlyMap<string, ListedTag | undefined>;
  readonly awaited: ReadonlyMap<string, PendingTag>;
  readonly missed: number;
}

/** Undefined where the layout cannot look at one tag, or what one points to could not be read. */
async function lookAtTags(
  { layout }: PatchDeps,
  { name, tags, mayWait }: TagsToPatch,
  signal: AbortSignal,
): Promise<Looked | undefined> {
  const look = async ([tag, pending]: readonly [string, PendingTag]) => {
    const seen = await layout.lookAtTag({ name, tag, digests: [...pending.expected] }, signal);
    return { tag, pending, seen };
  };
  const found = new Map<string, ListedTag | undefined>();
  const awaited = new Map<string, PendingTag>();
  let missed = 0;
  for await (const { tag, pending, seen } of mapOrdered(tags, LOOKS_AT_ONCE, look)) {
    if (!seen || seen.unread) return undefined;
    const arrival = arrivalOf(seen, pending);
    const isAgain = arrival !== 'arrived' && mayWait(pending);
    if (isAgain) awaited.set(tag, pending);
    // A tag that is to be gone may have been pushed after all, for events of two replicas of a registry have no order.
    const isThere = pending.expectsAbsence && seen.tag !== undefined;
    if (isThere || arrival !== 'missing' || !isAgain) found.set(tag, seen.tag);
    if (arrival === 'missing' && !isAgain) missed += 1;
  }
  return { tags: found, awaited, missed };
}

interface Patch {
  readonly seen: StoredRecord;
  readonly found: Looked;
}

/** What a patch leaves in place of a listing's fingerprint: equal to none, so that a comparison reads it as a whole. */
export const PATCHED = 'patched';

async function patch(deps: PatchDeps, { seen, found }: Patch, signal: AbortSignal): Promise<Attempt> {
  const { artefacts, records } = deps;
  const tags = patchTags(seen, found.tags);
  if (tags === undefined) return { result: 'current', record: seen.record, faults: [] };
  if (tags.length === 0) return refreshRepository(deps, seen.record.name, signal);
  const { name, isPrivate } = seen.record;
  const { epoch, listedAtMs } = seen;
  const known = knownFrom(seen, NOTHING_RECOVERED);
  const wanted = digestsOf(found.tags.values()).filter((digest) => !known.manifests.has(digest));
  const manifests = new Map([...known.manifests, ...(await readManifests(artefacts, wanted, signal))]);
  const listing = { name, isPrivate, fingerprint: PATCHED, listedAtMs, hasTags: true, faults: [], tags, unread: [] };
  const { faults, ...draft } = await buildRecord(artefacts, { listing, known: { ...known, manifests } }, signal);
  const gaps = mergeGaps(seen.gaps, gapsOf(faults, listedAtMs));
  const result = await records.replace({ ...draft, epoch, listedAtMs, gaps }, seen, signal);
  if (result === 'conflict') return result;
  return { result, record: result === 'written' ? draft.record : undefined, faults };
}

/**
 * All tags of a repository, companions included, after some were looked at, in no order; undefined where nothing has
 * changed.
 */
function patchTags(
  { record, manifests }: StoredRecord,
  found: ReadonlyMap<string, ListedTag | undefined>,
): readonly ListedTag[] | undefined {
  const stored: readonly ListedTag[] = [...record.tags, ...(manifests?.companions ?? [])];
  const before = new Map(stored.filter(({ name }) => found.has(name)).map((tag) => [tag.name, tag]));
  const isChanged = [...found].some(([name, tag]) => !isSamePush(before.get(name), tag));
  if (!isChanged) return undefined;
  return [...stored.filter(({ name }) => !found.has(name)), ...[...found.values()].filter((tag) => tag !== undefined)];
}
