import type { InspectedManifest } from '../../oci/manifest-facts.ts';
import type { Gaps } from './gaps.ts';

/**
 * Grows whenever a bucket is read better or tells more, and is kept with what was read: a resync reads once anew what
 * an older reader has read. What a newer one has read is left alone. What was read before there were versions has 0.
 */
export const READER_VERSION = 1;

export interface TagEntry {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
  /**
   * In the normal form, such as `linux/arm64`; sorted. Undefined while the tag's manifest was not read yet, empty when
   * it has none.
   */
  readonly platforms: readonly string[] | undefined;
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
  /** Nobody who has not logged in may see it: the old registry's `_private`. */
  readonly isPrivate: boolean;
  /** Those of the representative tag, such as `linux/amd64` and `linux/arm64`; sorted. */
  readonly platforms: readonly string[];
  /**
   * What kinds of things it holds: `image`, `helm`, or the artefact's own media type; that of the representative first.
   */
  readonly types: readonly string[];
  /** What is attached to any of its tags: `signature`, `sbom`, `attestation`. Sorted. */
  readonly referrers: readonly string[];
  /** Sorted by name. Never empty in a living record. */
  readonly tags: readonly TagEntry[];
  /** The newest push of any tag. */
  readonly pushedAtMs: number;
  /** When the representative image was built, where it says so. */
  readonly createdAtMs: number | undefined;
}

/** Where a record comes from; decides who wins between two writers. */
export interface Provenance {
  /** The build of the tables that it belongs to; see the ownership record. Search shows records of one epoch only. */
  readonly epoch: number;
  readonly fingerprint: string;
  readonly listedAtMs: number;
}

/**
 * What reading has told that search does not ask for; kept with the record, so that no manifest is read twice. With the
 * record's own tags it is all that there is of a repository: the record can be derived from it again.
 */
export interface InspectedManifests {
  /** The tag that text and labels are from; undefined where none could be read. */
  readonly representative: string | undefined;
  /** By digest, as far as they were read: the manifests that tags point to, those of companions included. */
  readonly byDigest: ReadonlyMap<string, InspectedManifest>;
  /** What was listed as a tag and is none of the record: `sha256-<hex>.sig`, lists of referrers. */
  readonly companions: readonly CompanionTag[];
}

export interface CompanionTag {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
}

export interface StoredRecord extends Provenance {
  readonly record: RepositoryRecord;
  /** Version of the reader that all of it comes from; see READER_VERSION. */
  readonly reader?: number | undefined;
  /** What could not be read; undefined where everything could. */
  readonly gaps?: Gaps | undefined;
  /** Tags were lost with a chunk of the record: the bucket has to be read again. */
  readonly lostTags?: boolean;
  /** Undefined where the writer left none: then everything is read again. */
  readonly manifests?: InspectedManifests | undefined;
  /** Names of the chunks that hold its tags, where those do not fit into its own item. */
  readonly chunks?: readonly string[] | undefined;
  /** Counts the writes of this repository within its epoch, from 1. */
  readonly revision: number;
  readonly changedAtMs: number;
  /** A tombstone: the repository is gone; `record.tags` is empty. */
  readonly deleted: boolean;
}

export function isOutdated({ reader = 0 }: Pick<StoredRecord, 'reader'>): boolean {
  return reader < READER_VERSION;
}
