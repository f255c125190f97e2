import type { ArtefactConfig } from '../../oci/config.ts';
import type { Descriptor, Manifest } from '../../oci/manifest.ts';
import type { Digest, ListedReferrer, ManifestFacts, ManifestProblem, Mark } from '../../oci/manifest-facts.ts';
import { marksOf } from '../../oci/marks.ts';
import type { ReadBlob } from './blob-reader.ts';

/** A manifest together with the config and the children that were read for it. */
export interface Resolved {
  readonly kind: ManifestFacts['kind'];
  readonly type: string;
  readonly isAuxiliary: boolean;
  /** From the manifest itself down to the child that represents it. */
  readonly manifests: readonly Manifest[];
  readonly config: ArtefactConfig | undefined;
  /** Sorted, each once. */
  readonly platforms: readonly string[];
  readonly sizeBytes: number | undefined;
  readonly archive: Descriptor | undefined;
  readonly carries: readonly Mark[];
  /** Of an index: all manifests below it except attachments. */
  readonly children: readonly Digest[];
  /** Of an index that may be a list of referrers. */
  readonly referrers: readonly ListedReferrer[] | undefined;
  readonly problems: readonly ManifestProblem[];
}

export function isProblem(resolved: Resolved | ManifestProblem): resolved is ManifestProblem {
  return 'reason' in resolved;
}

/** The manifest that a manifest refers to. */
export function subjectOf({ manifests: [own] }: Resolved): Digest | undefined {
  return own === undefined || own.kind === 'legacy' ? undefined : own.subject;
}

/** The marks that an attached manifest leaves on its subject. */
export function marksOfManifest(manifest: Manifest): Mark[] {
  if (manifest.kind === 'legacy') return [];
  const { artifactType, annotations } = manifest;
  const own = manifest.kind === 'image' ? manifest : undefined;
  const { types: layerTypes, predicates } = own?.layers ?? { types: [], predicates: [] };
  return marksOf({ type: artifactType ?? own?.config?.mediaType, annotations, layerTypes, predicates });
}

/** Reads blobs for one tag; undefined when the limit of reads is reached. */
export interface Descent {
  manifest(digest: Digest): Promise<ReadBlob<Manifest> | undefined>;
  config(digest: Digest, what: string): Promise<ReadBlob<ArtefactConfig> | undefined>;
}
