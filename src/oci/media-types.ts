/** A media type without its parameters, in lower case, as types are compared. */
export function bareType(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** All that a tag may point to: what a registry must be asked for, so that it does not convert manifests. */
export const MANIFEST_TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.cncf.oras.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
];

const MANIFESTS: ReadonlySet<string> = new Set(MANIFEST_TYPES);

const INDEXES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/** Whether a child of an index is a manifest; one that does not say what it is may be. */
export function isManifestType(type: string | undefined): boolean {
  return type === undefined || MANIFESTS.has(bareType(type));
}

export function isIndexType(type: string | undefined): boolean {
  return type !== undefined && INDEXES.has(bareType(type));
}

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const OCTET_STREAM = 'application/octet-stream';

const FILESYSTEM = /image\.(?:layer|rootfs)|rootfs\.diff|\bg?tar\b|\bgzip\b|squashfs|erofs|overlaybd|nydus/;

/** Whether an image may have such a layer. */
export function isFilesystemType(type: string): boolean {
  return FILESYSTEM.test(bareType(type)) || bareType(type) === OCTET_STREAM;
}

/**
 * Whether a type says nothing of its kind: servers, proxies and old clients have written such instead of the right one.
 */
export function isGenericType(type: string | undefined): boolean {
  return type === undefined || !/\/(?:vnd|prs|x)\./.test(bareType(type));
}

/** Config types that say only that there is no config. */
const NO_CONFIG: ReadonlySet<string> = new Set([
  'application/vnd.oci.empty.v1+json',
  'application/vnd.unknown.config.v1+json',
]);

/** Whether the type of a config says what it is the config of. */
export function isTelling(type: string): boolean {
  return !NO_CONFIG.has(bareType(type)) && !isGenericType(type);
}
