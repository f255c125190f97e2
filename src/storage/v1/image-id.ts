import type { Digest } from '../../oci/manifest-facts.ts';

/**
 * docker-registry names an image by 64 random hexadecimal digits, which are no hash of anything. So that nobody takes
 * them for one, they stand where a digest does as `v1:<id>`.
 */
const SCHEME = 'v1:';
const ID = /^[0-9a-f]{64}$/;

/** Undefined for what is no id of an image. */
export function digestOfImage(id: string): Digest | undefined {
  return ID.test(id) ? `${SCHEME}${id}` : undefined;
}

/** The id in such a digest; undefined for all others. */
export function imageOfDigest(digest: Digest): string | undefined {
  const id = digest.slice(SCHEME.length);
  return digest.startsWith(SCHEME) && ID.test(id) ? id : undefined;
}
