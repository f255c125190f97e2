import { isSeenByListing, mayPass } from '../../api/fault.ts';
import {
  hasOutdatedLabels,
  hasOutdatedManifests,
  type InspectedManifests,
  type RepositoryRecord,
  type StoredRecord,
} from '../../dynamodb/records/record.ts';
import type { Artefact } from '../../oci/artefact.ts';
import type { Digest, InspectedManifest, ManifestProblem } from '../../oci/manifest-facts.ts';

/** The tag that title, summary and labels of a repository come from. */
export interface Representative {
  readonly tag: string;
  readonly digest: Digest;
  readonly artefact: Artefact;
}

/** Manifests never change, so what is known of a digest stays true. */
export type ManifestsByDigest = ReadonlyMap<Digest, InspectedManifest>;

export interface Known {
  readonly representative: Representative | undefined;
  readonly manifests: ManifestsByDigest;
}

export const NOTHING_KNOWN: Known = { representative: undefined, manifests: new Map() };

/** Which earlier problems may be gone by now. */
export interface Recovered {
  /** Blobs that were missing and are there now. */
  readonly blobs: ReadonlySet<Digest>;
  /** Whether it is time to retry blobs that the store refused, which no listing shows. */
  readonly isRetryDue: boolean;
}

export const NOTHING_RECOVERED: Recovered = { blobs: new Set(), isRetryDue: false };

/**
 * Takes over what an earlier record knows, of any epoch, except problems that may be gone by now. Nothing is taken over
 * from a reader that kept less of them.
 */
export function knownFrom(stored: StoredRecord | undefined, recovered: Recovered): Known {
  if (!stored?.manifests || hasOutdatedManifests(stored)) return NOTHING_KNOWN;
  const isKnown = ({ problems }: InspectedManifest) =>
    !problems.some((problem) => mayHaveRecovered(problem, recovered));
  const manifests = new Map([...stored.manifests.byDigest].filter(([, inspected]) => isKnown(inspected)));
  const representative = hasOutdatedLabels(stored) ? undefined : representativeOf(stored.record, stored.manifests);
  return {
    representative: representative && manifests.has(representative.digest) ? representative : undefined,
    manifests,
  };
}

function mayHaveRecovered({ kind, digest }: ManifestProblem, { blobs, isRetryDue }: Recovered): boolean {
  return isSeenByListing(kind) ? blobs.has(digest) : isRetryDue && mayPass(kind);
}

/** Digests of blobs that were missing; a listing shows when one is there. */
export function missingFrom({ manifests, gaps }: StoredRecord): Digest[] {
  const problems = [...(manifests?.byDigest.values() ?? [])].flatMap((inspected) => inspected.problems);
  return [...(gaps?.missing ?? []), ...problems.flatMap(({ kind, digest }) => (isSeenByListing(kind) ? [digest] : []))];
}

/** Takes the representative back out of a record, whose text is that of its representative. */
export function representativeOf(record: RepositoryRecord, manifests: InspectedManifests): Representative | undefined {
  const tag = record.tags.find(({ name }) => name === manifests.representative);
  const [type] = record.types;
  if (!tag || type === undefined) return undefined;
  const { title, summary, labels, platforms, createdAtMs } = record;
  const artefact = { type, title, summary, labels, platforms, createdAtMs };
  return { tag: tag.name, digest: tag.digest, artefact };
}
