import type { Digest } from '../../oci/manifest-facts.ts';
import { isTagName } from '../../oci/tag-name.ts';
import { isDigest, isRepositoryName } from '../grammar.ts';
import type { TagLook, TagQuestion } from '../layout.ts';
import type { ObjectStorage, StorageObject } from '../object-storage.ts';
import type { V2Keys } from './keys.ts';
import { resolveTag } from './read-links.ts';
import { createTagCollector } from './tag-collector.ts';

export interface TagLookDeps {
  readonly storage: ObjectStorage;
  readonly keys: V2Keys;
  readonly now: () => number;
}

/**
 * One tag by one LIST: its current link comes first in key order. A long history goes beyond that page, and then each
 * digest that is asked for costs one more.
 */
export async function lookAtTag(
  { storage, keys, now }: TagLookDeps,
  { name, tag, digests }: TagQuestion,
  signal: AbortSignal,
): Promise<TagLook> {
  if (!isRepositoryName(name) || !isTagName(tag)) return { tag: undefined, linkedAtMs: new Map() };
  const collector = createTagCollector(name, now());
  const linkedAtMs = new Map<Digest, number>();
  const add = (object: StorageObject) => {
    const meaning = keys.parse(object.key);
    if (meaning.kind === 'history') linkedAtMs.set(meaning.digest, object.lastModifiedMs);
    collector.add(meaning, object);
  };
  const prefix = `${keys.tags(name)}${tag}/`;
  const page = await storage.list({ prefix }, signal);
  page.objects.forEach(add);
  const rest = page.continuationToken === undefined ? [] : digests.filter((digest) => !linkedAtMs.has(digest));
  for (const digest of rest.filter(isDigest)) {
    const [algorithm, encoded] = digest.split(':');
    const { objects } = await storage.list({ prefix: `${prefix}index/${algorithm}/${encoded}/link` }, signal);
    objects.forEach(add);
  }
  const [collected] = collector.collected().tags;
  if (!collected) return { tag: undefined, linkedAtMs };
  const read = await resolveTag(storage, collected, signal);
  if (read.kind === 'fault') return { tag: undefined, linkedAtMs, unread: read.fault };
  return { tag: read.kind === 'tag' ? read.tag : undefined, linkedAtMs };
}
