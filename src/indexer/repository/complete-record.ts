import { mapOrdered } from '../../async/map-ordered.ts';
import type { Readings, RepositoryRecord, StoredRecord } from '../../dynamodb/records/record.ts';
import type { Digest, TagReading } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import { type Draft, draftOf, tellsMore } from './build.ts';
import { findRepresentative } from './find-representative.ts';
import { faultsOf, representativeOf } from './known.ts';

/** Manifests of one repository read at once. */
const READS_AT_ONCE = 16;

/** Whether manifests of some tags or companions were not read yet. */
export function isUnfinished({ record, readings }: Pick<StoredRecord, 'record' | 'readings'>): boolean {
  return readings === undefined || unreadDigests({ record, readings }).size > 0;
}

/**
 * The same record with all that is to be known of every tag: reads the manifests that are still unknown, newest push
 * first. It needs no listing, because a digest says the same for ever. Rejects only with what the storage rejects with.
 */
export async function completeRecord(artefacts: ArtefactReader, draft: Draft, signal: AbortSignal): Promise<Draft> {
  const unread = unreadDigests(draft);
  if (unread.size === 0) return draft;
  const added = new Map<Digest, TagReading>();
  const read = async (digest: Digest) => [digest, await artefacts.readFacts(digest, signal)] as const;
  for await (const [digest, reading] of mapOrdered(unread, READS_AT_ONCE, read)) added.set(digest, reading);
  const readings = new Map([...draft.readings.tags, ...added]);
  const tags = [...draft.record.tags, ...draft.readings.companions];
  const known = { representative: representativeOf(draft.record, draft.readings), readings };
  const { record, fingerprint } = draft;
  const found = await findRepresentative(artefacts, { tags, known }, signal);
  const completed = draftOf({ listing: { ...record, fingerprint }, tags, known: found });
  return { ...completed, faults: [...draft.faults, ...faultsOf(record.name, added.values())] };
}

function unreadDigests({ record, readings }: { record: RepositoryRecord; readings: Readings }): ReadonlySet<Digest> {
  const wanted: ListedTag[] = [...record.tags, ...readings.companions.filter(tellsMore)];
  const unread = wanted.filter(({ digest }) => !readings.tags.has(digest));
  return new Set(unread.sort((a, b) => b.pushedAtMs - a.pushedAtMs).map(({ digest }) => digest));
}
