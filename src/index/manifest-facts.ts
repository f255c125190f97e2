/**
 * What a manifest that a tag points to has told, with everything below it that was read for it. A digest says the same
 * for ever, so this is kept with the record and none of those blobs is read again. It is plain JSON and holds no
 * `undefined`: what is not known is absent.
 */
export type ManifestFacts = ImageFacts | ChartFacts | ArtefactFacts | ReferrerListFacts | UnusableFacts;

/** What an attached manifest is to the manifest that it belongs to. */
export type Mark = 'attestation' | 'sbom' | 'signature';

/** An image, or an index of images. */
export interface ImageFacts extends FactsOfArtefact {
  readonly kind: 'image';
  /** In containerd's normal form, such as `linux/arm64`; sorted, each once. */
  readonly platforms: readonly string[];
  /** Labels `org.opencontainers.image.base.*`. */
  readonly base?: { readonly name?: string; readonly digest?: string };
  /** What its own index carries along, such as BuildKit's attestations; sorted. */
  readonly carries?: readonly Mark[];
  /** Of an index: its images and the indexes between, at most 64, so that what refers to one of them counts. */
  readonly children?: readonly string[];
}

/** One version of a Helm chart. */
export interface ChartFacts extends FactsOfArtefact {
  readonly kind: 'chart';
  readonly chart: ChartMetadata;
  /** The layer that is the chart's archive. */
  readonly archive?: { readonly digest: string; readonly sizeBytes: number };
}

/** Anything else that somebody may want under its tag: a cache, a WebAssembly module, a referrer with a tag of its own. */
export interface ArtefactFacts extends FactsOfArtefact {
  readonly kind: 'artefact';
  /** Its media type. */
  readonly type: string;
  /** What has no text of its own to tell: caches, and what only says something of another manifest. */
  readonly isAuxiliary?: true;
}

/** What OCI's referrers tag schema (`sha256-<hex>`) points to. */
export interface ReferrerListFacts extends Facts {
  readonly kind: 'referrers';
  /** At most 64. */
  readonly referrers: readonly ListedReferrer[];
}

export interface ListedReferrer {
  readonly digest: string;
  readonly type: string;
  readonly marks: readonly Mark[];
}

/** Nothing could be read of it; `faults` says why. */
export interface UnusableFacts extends Facts {
  readonly kind: 'unusable';
}

interface FactsOfArtefact extends Facts {
  /** Bytes of config and layers; of an index those of the image that speaks for it. */
  readonly sizeBytes?: number;
  /** Milliseconds since 1970; of an index that of the image that speaks for it. */
  readonly createdAtMs?: number;
  /** The manifest that it refers to. */
  readonly subject?: string;
  /** What it is to its subject, or, under a tag such as cosign's `.att`, to what the tag names; sorted. */
  readonly marks?: readonly Mark[];
}

interface Facts {
  /** What could not be used, of this manifest and of what is below it; the facts are without it. */
  readonly faults?: readonly BlobFault[];
}

/** `missing` may be put there later; `unusable` stays so, for blobs do not change. */
export interface BlobFault {
  readonly digest: string;
  readonly kind: 'missing' | 'unreadable' | 'unusable';
  /** A short sentence, such as `the config is not JSON`. */
  readonly reason: string;
}

/** What Chart.yaml says, bounded in number and length. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly type?: string;
  readonly kubeVersion?: string;
  readonly icon?: string;
  readonly home?: string;
  readonly deprecated?: true;
  readonly keywords?: readonly string[];
  readonly sources?: readonly string[];
  readonly maintainers?: readonly { readonly name?: string; readonly email?: string; readonly url?: string }[];
  readonly dependencies?: readonly ChartDependency[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ChartDependency {
  readonly name: string;
  readonly version?: string;
  readonly repository?: string;
  readonly condition?: string;
  readonly alias?: string;
  readonly tags?: readonly string[];
}
