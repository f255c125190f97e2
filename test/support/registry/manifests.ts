import type { RegistryFixture } from './registry-fixture.ts';
import { digestOf } from './registry-model.ts';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const EMPTY = 'application/vnd.oci.empty.v1+json';
export const IN_TOTO = 'application/vnd.in-toto+json';

type Fields = Readonly<Record<string, unknown>>;

/** What points to a manifest that a fixture may hold or not. */
export function pointTo(manifest: string, fields: Fields = {}): Fields {
  return { mediaType: OCI_MANIFEST, digest: digestOf(manifest), size: manifest.length, ...fields };
}

export function on(platform: string): Fields {
  const [os, architecture, variant] = platform.split('/');
  return { platform: { os, architecture, ...(variant ? { variant } : {}) } };
}

export interface ImageParts {
  readonly labels?: Fields;
  readonly platform?: string;
  readonly configType?: string;
  readonly layers?: readonly Fields[];
  /** More of the manifest. */
  readonly manifest?: Fields;
  /** More of the config. */
  readonly config?: Fields;
}

/**
 * Puts manifests and what is below them into a fixture, and answers the text of each, which is the content of a tag.
 */
export function manifestsIn({ json }: RegistryFixture) {
  const image = ({ labels = {}, platform = 'linux/amd64', configType = OCI_CONFIG, ...more }: ImageParts = {}) => {
    const { platform: fields = {} } = on(platform);
    const rootfs = { type: 'layers', diff_ids: [] };
    const config = json({ ...Object(fields), rootfs, config: { Labels: labels }, ...more.config });
    const { layers = [{ mediaType: LAYER, digest: digestOf(`layer for ${platform}`), size: 100 }] } = more;
    const described = { mediaType: configType, digest: digestOf(config), size: config.length };
    return json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: described, layers, ...more.manifest });
  };
  const artefact = (artifactType: string | undefined, fields: Fields = {}) => {
    const config = { mediaType: EMPTY, digest: digestOf(json({})), size: 2 };
    return json({ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config, layers: [], ...fields });
  };
  const index = (manifests: readonly unknown[], fields: Fields = {}) =>
    json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, ...fields });
  /** As BuildKit attaches statements of these types to an image, in the index that has both. */
  const attested = (subject: string, ...predicates: string[]) => {
    const layers = predicates.map((predicate) => ({
      mediaType: IN_TOTO,
      digest: digestOf(predicate),
      size: 1,
      annotations: { 'in-toto.io/predicate-type': predicate },
    }));
    const manifest = image({ platform: 'unknown/unknown', layers, config: { of: subject } });
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': digestOf(subject),
    };
    return pointTo(manifest, { ...on('unknown/unknown'), annotations });
  };
  return { image, artefact, index, attested };
}
