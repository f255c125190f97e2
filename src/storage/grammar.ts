/** The limit of distribution's reference grammar. */
const MAX_NAME_LENGTH = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const ENCODED_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Whether a registry would accept `name` (distribution/reference: path components joined by slashes, 255 characters).
 */
export function isRepositoryName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && name.split('/').every((component) => COMPONENT.test(component));
}

/** Whether `text` is `<algorithm>:<hex>` in one of the algorithms that distribution knows, and nothing else. */
export function isDigest(text: string): boolean {
  const [algorithm = '', encoded = '', ...rest] = text.split(':');
  return rest.length === 0 && encoded.length === ENCODED_LENGTHS[algorithm] && /^[0-9a-f]+$/.test(encoded);
}

/** Suffix of folder markers by Hadoop's S3 drivers; others use a slash. */
const HADOOP_FOLDER = '_$folder$';

/** Whether a key is a folder marker, as consoles and tools create them: not a fault. */
export function isFolderMarker(key: string): boolean {
  return key === '' || key.endsWith('/') || key.endsWith(HADOOP_FOLDER);
}
