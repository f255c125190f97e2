import { mapOrdered } from '../async/map-ordered.ts';
import { doubted } from '../index/fingerprint.ts';
import type { RepositoryRecord, TagEntry } from '../index/record.ts';
import type { Digest } from '../storage/layout.ts';
import type { ArtefactReader, ReadPlatforms } from './artefact-reader.ts';
import { ATTESTED, type Draft, distinctMarks, newestPush, textOf } from './build-record.ts';
import { findArtefact } from './find-artefact.ts';
import { NOTHING_KNOWN } from './known.ts';

/** Manifests of one repository read at once. */
const READS_AT_ONCE = 16;

/** Whether manifests of some tags were not read yet. */
export function isUnfinished({ tags }: RepositoryRecord): boolean {
  return tags.some(({ platforms }) => platforms === undefined);
}

/**
 * The same record with the platforms of every tag: reads the manifests that are still unknown, newest push first. Tags
 * that turn out to be referrers leave their mark and go. It needs no listing, because a digest says the same for ever.
 * Rejects only with what the storage rejects with.
 */
export async function completeRecord(artefacts: ArtefactReader, draft: Draft, signal: AbortSignal): Promise<Draft> {
  const { name, tags } = draft.record;
  const readings = new Map<Digest, ReadPlatforms>();
  const read = async (digest: Digest) => [digest, await artefacts.readPlatforms({ name, digest }, signal)] as const;
  for await (const [digest, reading] of mapOrdered(unreadDigests(tags), READS_AT_ONCE, read))
    readings.set(digest, reading);
  const completed = readings.size === 0 ? draft : withReadings(draft, readings);
  if (completed.readings.representative !== undefined) return completed;
  return represented(artefacts, { draft: completed, readings }, signal);
}

function unreadDigests(tags: readonly TagEntry[]): ReadonlySet<Digest> {
  const unread = tags.filter(({ platforms }) => platforms === undefined);
  return new Set(unread.sort((a, b) => b.pushedAtMs - a.pushedAtMs).map(({ digest }) => digest));
}

/** Of a manifest that cannot be read no platforms are known, and the doubt in the fingerprint has it read again. */
function withReadings(draft: Draft, read: ReadonlyMap<Digest, ReadPlatforms>): Draft {
  const { record, readings, fingerprint } = draft;
  const referrers = [...read].flatMap(([digest, it]) => (it.kind === 'referrer' ? [[digest, it.kinds] as const] : []));
  const found = [...read.values()].flatMap(faultsOf);
  const tags = record.tags.flatMap((tag) => withPlatforms(tag, read.get(tag.digest)));
  const marks = distinctMarks([...record.referrers, ...referrers.flatMap(([, kinds]) => kinds)]);
  return {
    record: { ...record, tags, referrers: marks, pushedAtMs: newestPush(tags) },
    readings: { ...readings, referrers: { ...readings.referrers, ...Object.fromEntries(referrers) } },
    fingerprint: found.length === 0 ? fingerprint : doubted(fingerprint),
    faults: [...draft.faults, ...found],
  };
}

function withPlatforms(tag: TagEntry, read: ReadPlatforms | undefined): TagEntry[] {
  if (read === undefined) return [tag];
  if (read.kind === 'referrer') return [];
  return [{ ...tag, platforms: read.kind === 'platforms' ? read.platforms : [] }];
}

function faultsOf(read: ReadPlatforms) {
  if (read.kind === 'referrer') return [];
  return read.kind === 'unreadable' ? [read.fault] : read.faults;
}

interface Unrepresented {
  readonly draft: Draft;
  readonly readings: ReadonlyMap<Digest, ReadPlatforms>;
}

/** Where the best tags could not be read, the best of those that could speaks for the repository. */
async function represented(
  artefacts: ArtefactReader,
  { draft, readings }: Unrepresented,
  signal: AbortSignal,
): Promise<Draft> {
  const { record } = draft;
  const { name } = record;
  const tags = record.tags.filter(
    ({ digest, platforms = [] }) => platforms.length > 0 || readings.get(digest)?.kind === 'platforms',
  );
  const { representative } = await findArtefact(artefacts, { name, tags, known: NOTHING_KNOWN }, signal);
  if (!representative) return draft;
  const { tag, artefact, attested } = representative;
  const referrers = distinctMarks([...record.referrers, ...(attested ? ATTESTED : [])]);
  return {
    ...draft,
    record: { ...record, ...textOf(artefact), referrers },
    readings: { ...draft.readings, representative: tag, attested },
  };
}
