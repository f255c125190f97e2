import { isSeenByListing, mayPass } from '../../api/fault.ts';
import {
  type InspectedManifests,
  isOutdated,
  type RepositoryRecord,
  type StoredRecord,
} from '../../dynamodb/records/record.ts';
import type { Artefact } from '../../oci/describe.ts';
import type { Digest, InspectedManifest, Problem } from '../../oci/manifest-facts.ts';

/** The tag that speaks for its repository, and what it says. */
export interface Representative {
  readonly tag: string;
  readonly digest: Digest;
  readonly artefact: Artefact;
}

/** What reading manifests has told, by digest. They never change, so what is known of a digest stays true. */
export type ManifestsByDigest = ReadonlyMap<Digest, InspectedManifest>;

export interface Known {
  readonly representative: Representative | undefined;
  readonly manifests: ManifestsByDigest;
}

export const NOTHING_KNOWN: Known = { representative: undefined, manifests: new Map() };

/** What may be read by now of what could not be read before. */
export interface Mended {
  /** Blobs that were missing and have come. */
  readonly blobs: ReadonlySet<Digest>;
  /** What a store did not give, and no listing would tell of, is tried again. */
  readonly isRetryDue: boolean;
}

export const NOTHING_MENDED: Mended = { blobs: new Set(), isRetryDue: false };

/**
 * What an earlier record knows, of whichever build, but for what is mended; of an older reader nothing is relied upon.
 */
export function knownFrom(stored: StoredRecord | undefined, mended: Mended): Known {
  if (!stored?.manifests || isOutdated(stored)) return NOTHING_KNOWN;
  const isKnown = ({ problems }: InspectedManifest) => !problems.some((problem) => mayBeMended(problem, mended));
  const manifests = new Map([...stored.manifests.byDigest].filter(([, reading]) => isKnown(reading)));
  const representative = representativeOf(stored.record, stored.manifests);
  return {
    representative: representative && manifests.has(representative.digest) ? representative : undefined,
    manifests,
  };
}

function mayBeMended({ kind, digest }: Problem, { blobs, isRetryDue }: Mended): boolean {
  return isSeenByListing(kind) ? blobs.has(digest) : isRetryDue && mayPass(kind);
}

/** Digests of blobs that were not there; a listing tells when one has come. */
export function missingFrom({ manifests, gaps }: StoredRecord): Digest[] {
  const problems = [...(manifests?.byDigest.values() ?? [])].flatMap((reading) => reading.problems);
  return [...(gaps?.missing ?? []), ...problems.flatMap(({ kind, digest }) => (isSeenByListing(kind) ? [digest] : []))];
}

/** The text of a record is that of its representative. */
export function representativeOf(record: RepositoryRecord, manifests: InspectedManifests): Representative | undefined {
  const tag = record.tags.find(({ name }) => name === manifests.representative);
  const [type] = record.types;
  if (!tag || type === undefined) return undefined;
  const { title, summary, labels, platforms, createdAtMs } = record;
  const artefact = { type, title, summary, labels, platforms, createdAtMs };
  return { tag: tag.name, digest: tag.digest, artefact };
}
