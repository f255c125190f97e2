import { createHash } from 'node:crypto';
import type { ListedTag } from '../layout.ts';

/** Equal for two listings when, and only when, they have the same tags, digests and times of push. */
export function fingerprintOf(tags: readonly ListedTag[]): string {
  const hash = createHash('sha256');
  for (const { name, digest, pushedAtMs } of tags) hash.update(`${name} ${digest} ${pushedAtMs}\n`);
  return hash.digest('base64url').slice(0, 22);
}
