import { parseChart } from './chart.ts';
import { type ArtefactConfig, parseImageConfig } from './image-config.ts';
import type { Parsed } from './json.ts';
import type { ImageManifest, IndexManifest } from './manifest.ts';

export interface ArtefactKind {
  readonly type: string;
  /** Undefined for configs that we do not know, which are never read. */
  readonly parseConfig: ((bytes: Buffer) => Parsed<ArtefactConfig>) | undefined;
}

const IMAGE: ArtefactKind = { type: 'image', parseConfig: parseImageConfig };

const KINDS: Readonly<Record<string, ArtefactKind>> = {
  'application/vnd.oci.image.config.v1+json': IMAGE,
  'application/vnd.docker.container.image.v1+json': IMAGE,
  'application/vnd.cncf.helm.config.v1+json': { type: 'helm', parseConfig: parseChart },
};

const UNTYPED = 'application/octet-stream';

/** The kind of an image manifest, by its config's media type; the artefact's own type counts where that is not known. */
export function kindOf({ config, artifactType }: ImageManifest): ArtefactKind {
  const mediaType = config?.mediaType ?? UNTYPED;
  const known = Object.hasOwn(KINDS, mediaType) ? KINDS[mediaType] : undefined;
  return known ?? { type: artifactType ?? mediaType, parseConfig: undefined };
}

/** The child that speaks for an index: its image for linux/amd64, else its first for any platform, else its first. */
export function spokesmanOf({ children }: IndexManifest) {
  const images = children.filter(({ attestation }) => !attestation);
  return (
    images.find(({ platform }) => platform === 'linux/amd64') ?? images.find(({ platform }) => platform) ?? images[0]
  );
}
