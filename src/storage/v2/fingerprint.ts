import { createHash } from 'node:crypto';
import type { SeenTag } from './tag-collector.ts';

/** Equal for two listings when, and only when, they have the same tags, and none was pushed to in between. */
export function fingerprintOf(tags: readonly SeenTag[]): string {
  const hash = createHash('sha256');
  for (const { name, link } of tags) hash.update(`${name} ${link.etag} ${link.lastModifiedMs}\n`);
  return hash.digest('base64url').slice(0, 22);
}
