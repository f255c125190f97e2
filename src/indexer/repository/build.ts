import type { StorageFault } from '../../api/fault.ts';
import type { Readings, RepositoryRecord } from '../../dynamodb/records/record.ts';
import { digestKey, digestTagOf } from '../../oci/companion.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import type { ListedTag, RepositoryListing } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import { deriveRecord } from './derive.ts';
import { faultsOf, type Known, type ReadingsByDigest } from './known.ts';
import { findRepresentative } from './representative.ts';

/** A record as it is to be written. */
export interface Draft {
  /** Without tags where the repository has none of its own: then it is gone. */
  readonly record: RepositoryRecord;
  readonly readings: Readings;
  /** The listing's. */
  readonly fingerprint: string;
  readonly faults: readonly StorageFault[];
}

/**
 * The record that a listing gives, with the text of its representative tag, what is attached to that, and as much of the
 * other tags as is known. Rejects only with what the storage rejects with.
 */
export async function buildRecord(
  artefacts: ArtefactReader,
  { listing, known }: { readonly listing: RepositoryListing; readonly known: Known },
  signal: AbortSignal,
): Promise<Draft> {
  const { tags } = listing;
  const found = await findRepresentative(artefacts, { tags, known }, signal);
  const attached = found.representative ? attachedTo(tags, found.representative.digest) : [];
  const readings = await readMore(artefacts, { digests: attached, readings: found.readings }, signal);
  return draftOf({ listing, tags, known: { ...found, readings: ofTags(readings, tags) } });
}

/** What a draft is made from. */
export interface DraftParts {
  readonly listing: Pick<RepositoryListing, 'name' | 'isPrivate' | 'fingerprint'>;
  /** All that were listed. */
  readonly tags: readonly ListedTag[];
  readonly known: Known;
}

export function draftOf({ listing, tags, known: { representative, readings } }: DraftParts): Draft {
  const { name, isPrivate, fingerprint } = listing;
  const { record, companions } = deriveRecord({ name, isPrivate, tags, readings, representative });
  return {
    record,
    readings: { representative: representative?.tag, tags: readings, companions },
    fingerprint,
    faults: faultsOf(name, readings.values()),
  };
}

/** Digests of companions whose manifests say more than their names: lists of referrers, and attestations. */
export function attachedTo(tags: readonly ListedTag[], subject: Digest): Digest[] {
  return tags.filter(tellsMore).flatMap(({ name, digest }) => {
    const named = digestTagOf(name);
    return named && digestKey(named.subject) === digestKey(subject) ? [digest] : [];
  });
}

/** Whether a companion, or what may be one, has to be read. */
export function tellsMore({ name }: ListedTag): boolean {
  const named = digestTagOf(name);
  return named !== undefined && (named.suffix === undefined || named.suffix === 'att');
}

interface Reading {
  readonly digests: readonly Digest[];
  readonly readings: ReadingsByDigest;
}

async function readMore(artefacts: ArtefactReader, { digests, readings }: Reading, signal: AbortSignal) {
  const more = new Map(readings);
  for (const digest of digests) if (!more.has(digest)) more.set(digest, await artefacts.readFacts(digest, signal));
  return more;
}

/** A record keeps nothing of manifests that have no tag any more. */
function ofTags(readings: ReadingsByDigest, tags: readonly ListedTag[]): ReadingsByDigest {
  const digests = new Set(tags.map(({ digest }) => digest));
  return new Map([...readings].filter(([digest]) => digests.has(digest)));
}
