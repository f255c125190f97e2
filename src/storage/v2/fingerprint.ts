import { createHash } from 'node:crypto';
import type { Digest } from '../../oci/manifest-facts.ts';
import type { StorageObject } from '../object-storage.ts';

interface Fingerprinted {
  readonly name: string;
  readonly link: StorageObject;
  readonly digest: Digest | undefined;
}

/**
 * Equal for two listings when, and only when, they have the same tags, and none was pushed to in between. What a store
 * lists neither an ETag nor a time for is told apart by its digest.
 */
export function fingerprintOf(tags: readonly Fingerprinted[]): string {
  const hash = createHash('sha256');
  for (const tag of tags) hash.update(`${tag.name} ${tag.link.etag} ${versionOf(tag)}\n`);
  return hash.digest('base64url').slice(0, 22);
}

function versionOf({ link, digest }: Fingerprinted): string | number {
  return isDatedOrTagged(link) ? link.lastModifiedMs : `${digest}`;
}

/** Whether a listing shows that an object was written anew. */
export function isDatedOrTagged({ etag, lastModifiedMs }: StorageObject): boolean {
  return etag !== undefined || lastModifiedMs > 0;
}
