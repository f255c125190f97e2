import type { FaultKind } from '../api/fault.ts';

/** `sha256:` and 64 hexadecimal digits (other algorithms as OCI writes them); in V1 `v1:` and the id of an image. */
export type Digest = string;

/** A manifest that was read for a tag: its facts, and what could not be used. */
export interface InspectedManifest {
  /** Undefined where nothing of it could be used. */
  readonly facts: ManifestFacts | undefined;
  /** What could not be used of the manifest, and of what is below it; the facts leave it out. */
  readonly problems: readonly ManifestProblem[];
}

/** What could not be used of a manifest, or of what is below it. */
export interface ManifestProblem {
  readonly kind: FaultKind;
  /** The digest of the blob: of the manifest, its config, or something below an index. */
  readonly digest: string;
  /** A short sentence, such as `the config is missing`. */
  readonly reason: string;
}

/**
 * Facts of a manifest, including what was read below it. What a digest names never changes, so the facts are stored
 * with the record and none of those blobs is read again. They are plain JSON without `undefined`: unknown fields are
 * absent. All lists are bounded.
 */
export type ManifestFacts = ImageFacts | ChartFacts | ArtefactFacts;

/** The role of an attached manifest for its subject. */
export type Mark = 'attestation' | 'sbom' | 'signature';

/** An image, or an index of images. */
export interface ImageFacts extends CommonFacts {
  readonly kind: 'image';
}

/** One version of a Helm chart. */
export interface ChartFacts extends CommonFacts {
  readonly kind: 'chart';
  /** Absent where its config is no Chart.yaml. */
  readonly chart?: ChartMetadata | undefined;
  /** The layer that is the chart's archive. */
  readonly archive?: { readonly digest: string; readonly sizeBytes: number } | undefined;
}

/** Anything else: a WebAssembly module, a cache, a signature, a list of referrers. */
export interface ArtefactFacts extends CommonFacts {
  readonly kind: 'artefact';
  /** Its media type. */
  readonly type: string;
  /** Not an artefact in its own right: a build cache, or about another manifest. */
  readonly isAuxiliary?: true | undefined;
}

export interface ListedReferrer {
  readonly digest: string;
  readonly type: string;
  readonly marks: readonly Mark[];
}

interface CommonFacts {
  /** In the normal form, such as `linux/arm64`; sorted, each once. Absent where there are none. */
  readonly platforms?: readonly string[] | undefined;
  /** Bytes of config and layers; of an index those of the manifest that speaks for it. */
  readonly sizeBytes?: number | undefined;
  /** Milliseconds since 1970; of an index that of the manifest that speaks for it. */
  readonly createdAtMs?: number | undefined;
  /** What `org.opencontainers.image.base.*` says. */
  readonly base?: { readonly name?: string | undefined; readonly digest?: string | undefined } | undefined;
  /** The manifest that it refers to. */
  readonly subject?: string | undefined;
  /** Its role for its subject; sorted. */
  readonly marks?: readonly Mark[] | undefined;
  /** What its own index carries along, such as BuildKit's attestations; sorted. */
  readonly carries?: readonly Mark[] | undefined;
  /** The manifests and indexes below an index, so that what refers to one of them counts. */
  readonly children?: readonly string[] | undefined;
  /** The children of an index that may be a list of referrers, by OCI's tag schema; the name of the tag decides. */
  readonly referrers?: readonly ListedReferrer[] | undefined;
}

/** What Chart.yaml says. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly apiVersion?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly description?: string | undefined;
  readonly type?: string | undefined;
  readonly kubeVersion?: string | undefined;
  readonly icon?: string | undefined;
  readonly home?: string | undefined;
  readonly deprecated?: true | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly maintainers?: readonly ChartMaintainer[] | undefined;
  readonly dependencies?: readonly ChartDependency[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface ChartMaintainer {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly url?: string | undefined;
}

export interface ChartDependency {
  readonly name: string;
  readonly version?: string | undefined;
  readonly repository?: string | undefined;
  readonly condition?: string | undefined;
  readonly alias?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}
