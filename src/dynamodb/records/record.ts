import type { ChartVersion } from '../../oci/chart-version.ts';
import type { InspectedManifest } from '../../oci/manifest-facts.ts';
import type { Gaps } from './gaps.ts';

/**
 * Version of the reader; raised whenever manifests are read better or more of them is kept. It is stored with each
 * record: a resync refreshes records of older readers once, and leaves those of newer ones alone. Records without one
 * have 0.
 */
export const READER_VERSION = 3;
/** Manifests that this reader or a later one has read hold all that is kept today: records are made from them again. */
const SAME_MANIFESTS_SINCE = 1;
/** Labels of charts say more of Chart.yaml since then; those of images are the same. */
const SAME_CHART_LABELS_SINCE = 3;

export interface TagEntry {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
  /**
   * In the normal form, such as `linux/arm64`; sorted. Undefined while the tag's manifest was not read yet, empty when
   * it has none.
   */
  readonly platforms: readonly string[] | undefined;
  /** Bytes of config and layers, as they are stored; of an index those of the image that speaks for it. */
  readonly sizeBytes?: number | undefined;
  /** When it was built, where it says so; of an index the same. To the minute. */
  readonly createdAtMs?: number | undefined;
  /** Of a Helm chart whose version the tag is named after. */
  readonly chart?: ChartVersion | undefined;
}

/**
 * Everything that search knows of one repository. Text comes from its newest `latest`, highest semver or newest tag.
 */
export interface RepositoryRecord {
  readonly name: string;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  /** Annotations and labels of the representative tag. */
  readonly labels: Readonly<Record<string, string>>;
  /** The tag that text, labels and platforms come from; undefined where none could be read. */
  readonly representative?: string | undefined;
  /** Hidden from anonymous searches: `_private` of docker-registry v1. */
  readonly isPrivate: boolean;
  /** Those of the representative tag, such as `linux/amd64` and `linux/arm64`; sorted. */
  readonly platforms: readonly string[];
  /**
   * `image`, `helm`, or the media type of an artefact; that of the representative tag first.
   */
  readonly types: readonly string[];
  /** Marks of what is attached to any of its tags: `signature`, `sbom`, `attestation`. Sorted. */
  readonly referrers: readonly string[];
  /** Sorted by name. Empty only in tombstones. */
  readonly tags: readonly TagEntry[];
  /** The newest push of any tag. */
  readonly pushedAtMs: number;
  /** When the representative image was built, where it says so. */
  readonly createdAtMs: number | undefined;
}

/** Where a record comes from; decides who wins between two writers. */
export interface Provenance {
  /** The epoch of the tables; see the ownership record. Search shows records of one epoch only. */
  readonly epoch: number;
  readonly fingerprint: string;
  readonly listedAtMs: number;
  /**
   * When the first of the events came that this write answers; 0 where an event led to it long before. Undefined where
   * a listing of the registry has found it. For metrics alone.
   */
  readonly hintedAtMs?: number | undefined;
}

/**
 * The manifests that were read, stored with the record so that none is read twice; search does not read them. With the
 * tags of the record they are complete: the record can be derived from them again.
 */
export interface InspectedManifests {
  /** See `RepositoryRecord`. */
  readonly representative: string | undefined;
  /** Manifests of tags and companions, as far as they were read. */
  readonly byDigest: ReadonlyMap<string, InspectedManifest>;
  /** Listed tags that are not tags of the repository: `sha256-<hex>.sig`, lists of referrers. */
  readonly companions: readonly CompanionTag[];
}

export interface CompanionTag {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
}

/** Some of the tags of a record that has too many for one item, as they are stored under an id of their own. */
export interface StoredChunk {
  readonly id: string;
  /** Sorted by name. */
  readonly tags: readonly TagEntry[];
  /** Of these tags, and the companions among them; undefined where none were stored, or requested. */
  readonly manifests: Omit<InspectedManifests, 'representative'> | undefined;
}

export interface StoredRecord extends Provenance {
  readonly record: RepositoryRecord;
  /** The oldest version of a reader that parts of it come from; see READER_VERSION. */
  readonly reader?: number | undefined;
  /** What could not be read; undefined where everything could. */
  readonly gaps?: Gaps | undefined;
  /** Tags were lost with a chunk: the repository has to be read again. */
  readonly lostTags?: boolean;
  /** Undefined where the writer stored none: then all manifests are read again. */
  readonly manifests?: InspectedManifests | undefined;
  /** The chunks that hold its tags, where those do not fit into the main item. */
  readonly chunks?: readonly StoredChunk[] | undefined;
  /** Counts the writes of this repository within its epoch, from 1. */
  readonly revision: number;
  readonly changedAtMs: number;
  /** A tombstone: the repository is gone; `record.tags` is empty. */
  readonly deleted: boolean;
}

export function isOutdated({ reader = 0 }: Pick<StoredRecord, 'reader'>): boolean {
  return reader < READER_VERSION;
}

/** Whether manifests are kept better now than when the record was written. */
export function hasOutdatedManifests({ reader = 0 }: Pick<StoredRecord, 'reader'>): boolean {
  return reader < SAME_MANIFESTS_SINCE;
}

/** Whether labels are made better now: then the representative tag is read once more. */
export function hasOutdatedLabels({ record, reader = 0 }: Pick<StoredRecord, 'record' | 'reader'>): boolean {
  return record.types[0] === 'helm' && reader < SAME_CHART_LABELS_SINCE;
}
