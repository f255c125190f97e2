export interface TagEntry {
  readonly name: string;
  readonly digest: string;
  readonly pushedAtMs: number;
  /** Such as `linux/arm64/v8`; sorted. Undefined while the tag's manifest was not read yet, empty when it has none. */
  readonly platforms: readonly string[] | undefined;
}

/** Everything that search knows of one repository. Text comes from its newest `latest`, highest semver or newest tag. */
export interface RepositoryRecord {
  readonly name: string;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  /** Annotations and labels of the representative tag. */
  readonly labels: Readonly<Record<string, string>>;
  /** Nobody who has not logged in may see it: the old registry's `_private`. */
  readonly isPrivate: boolean;
  /** Those of the representative tag, such as `linux/amd64` and `linux/arm64/v8`; sorted. */
  readonly platforms: readonly string[];
  /** What kind of thing it holds: `image`, `helm`, or the artefact's own media type. */
  readonly types: readonly string[];
  /** Marks that referrers leave on the repository: `signature`, `sbom`, `attestation`. Sorted. */
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
  /** The filling of the tables that it belongs to; see the marker. Search shows records of one epoch only. */
  readonly epoch: number;
  readonly fingerprint: string;
  readonly listedAtMs: number;
}

/** What reading has told that search does not ask for; kept with the record, so that no manifest is read twice. */
export interface Readings {
  /** The tag that text, labels and types are from; undefined where none could be read. */
  readonly representative: string | undefined;
  /** Whether attestations come with that tag's own image. */
  readonly attested: boolean;
  /** Manifests of the listing that refer to others, by digest: what each is to the other, as in `referrers`. */
  readonly referrers: Readonly<Record<string, readonly string[]>>;
}

export interface StoredRecord extends Provenance {
  readonly record: RepositoryRecord;
  /** Undefined where the writer left none: then everything is read again. */
  readonly readings?: Readings | undefined;
  /** Names of the parts that hold its tags, where those do not fit into its own item. */
  readonly parts?: readonly string[] | undefined;
  /** Counts the writes of this repository within its epoch, from 1. */
  readonly revision: number;
  readonly changedAtMs: number;
  /** A tombstone: the repository is gone; `record.tags` is empty. */
  readonly deleted: boolean;
}
