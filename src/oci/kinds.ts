import type { ImageManifest } from './manifest.ts';
import { markOfType } from './marks.ts';
import { bareType, DOCKER_MANIFEST, isFilesystemType, isGenericType, isTelling, OCTET_STREAM } from './media-types.ts';

/** What a manifest is the manifest of. */
export interface ArtefactKind {
  /** `image?` where only the config tells: an image, if it is that of one. */
  readonly kind: 'image' | 'image?' | 'chart' | 'artefact';
  /** `image`, `helm` or a media type; with `image?` what it is if it is no image. */
  readonly type: string;
}

/** OCI's and Docker's, of any version. */
const IMAGE_CONFIG = /^application\/vnd\.(?:oci\.image\.config|docker\.container\.image)\b/;
const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json';

/**
 * The kind of an image manifest, by its config's media type; an artefact's own type counts where that is not known.
 * Signatures, SBOMs and attestations have been pushed with the config of an image, but never with the layers of one;
 * and images with a config of no particular type.
 */
export function kindOf(manifest: ImageManifest): ArtefactKind {
  const { config, artifactType } = manifest;
  const configType = bareType(config?.mediaType ?? '');
  const type = typeOf(manifest);
  if (markOfType(artifactType)) return { kind: 'artefact', type };
  if (configType === HELM_CONFIG) return { kind: 'chart', type: 'helm' };
  if (IMAGE_CONFIG.test(configType))
    return mayBeImage(manifest) ? { kind: 'image', type: 'image' } : { kind: 'artefact', type };
  return { kind: config && !artifactType && isUndecided(manifest) ? 'image?' : 'artefact', type };
}

function isUndecided(manifest: ImageManifest): boolean {
  if (!isGenericType(manifest.config?.mediaType)) return false;
  return isDockerImage(manifest) || manifest.layers.types.some(isFilesystemType);
}

/** Whether Docker's own manifest type says that it is an image, unless its config has another type of theirs. */
export function isDockerImage({ mediaType }: ImageManifest): boolean {
  return bareType(mediaType ?? '') === DOCKER_MANIFEST;
}

function mayBeImage({ layers: { types } }: ImageManifest): boolean {
  return types.length === 0 || types.some(isFilesystemType);
}

/**
 * The media type of an artefact: its own, else that of its config, else that of its layers, where one says something.
 */
function typeOf({ artifactType, config, layers }: ImageManifest): string {
  if (artifactType !== undefined) return artifactType;
  const configType = config?.mediaType;
  if (configType !== undefined && isTelling(configType) && !IMAGE_CONFIG.test(bareType(configType))) return configType;
  return layers.types.find((type) => !isFilesystemType(type)) ?? configType ?? OCTET_STREAM;
}

/** What is no artefact in its own right: a cache of builds, or what describes the repository itself. */
const AUXILIARY: ReadonlySet<string> = new Set([
  'application/vnd.buildkit.cacheconfig.v0',
  'application/vnd.cncf.artifacthub.config.v1+yaml',
]);

/** Whether an artefact of this type never speaks for its repository. */
export function isAuxiliaryType(type: string): boolean {
  return AUXILIARY.has(bareType(type)) || markOfType(type) !== undefined;
}
