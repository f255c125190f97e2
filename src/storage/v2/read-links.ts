import { createHash } from 'node:crypto';
import { mapOrdered } from '../../async/map-ordered.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import { isDigest } from '../grammar.ts';
import type { RepositoryListing, RepositorySummary } from '../layout.ts';
import { faultyTag, type ReadTag, readListing } from '../listing/read-listing.ts';
import type { ObjectStorage, StorageObject } from '../object-storage.ts';
import type { CollectedRepository, CollectedTag } from './tag-collector.ts';

/** Links read at once where ETags do not say what they hold. */
const READS_AT_ONCE = 16;
/** The longest digest, sha512, has 135 bytes. */
const MAX_LINK_BYTES = 256;

/** Turns what was gathered into a listing; reads only the links whose digest does not follow from their ETag. */
export async function finishListing(
  storage: ObjectStorage,
  collected: CollectedRepository,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const repository = await withVersions(storage, collected, signal);
  const unread = { summary: summary(repository), tags: repository.tags, atOnce: READS_AT_ONCE };
  return readListing(unread, (tag) => resolveTag(storage, tag, signal));
}

/** What was gathered; reads only the links whose listing does not show whether they were written again. */
export async function summaryOf(
  storage: ObjectStorage,
  collected: CollectedRepository,
  signal: AbortSignal,
): Promise<RepositorySummary> {
  return summary(await withVersions(storage, collected, signal));
}

function summary({ name, listedAtMs, tags, faults }: CollectedRepository): RepositorySummary {
  return { name, isPrivate: false, listedAtMs, fingerprint: fingerprintOf(tags), hasTags: tags.length > 0, faults };
}

/** A link that is listed without ETag and time has to be read to know whether it was written again. */
async function withVersions(
  storage: ObjectStorage,
  collected: CollectedRepository,
  signal: AbortSignal,
): Promise<CollectedRepository> {
  if (collected.tags.every(({ link }) => hasEtagOrTime(link))) return collected;
  const tags: CollectedTag[] = [];
  const read = async (tag: CollectedTag): Promise<CollectedTag> => {
    if (hasEtagOrTime(tag.link)) return tag;
    const result = await resolveTag(storage, tag, signal);
    return result.kind === 'tag' ? { ...tag, digest: result.tag.digest } : tag;
  };
  for await (const tag of mapOrdered(collected.tags, READS_AT_ONCE, read)) tags.push(tag);
  return { ...collected, tags };
}

/** What a listed tag points to; reads its link unless its ETag has given the digest. */
export async function resolveTag(storage: ObjectStorage, tag: CollectedTag, signal: AbortSignal): Promise<ReadTag> {
  if (tag.digest) return found(tag, tag.digest);
  const { key } = tag.link;
  const read = await storage.get(key, MAX_LINK_BYTES, signal);
  if (read.kind === 'missing') return goneOrMissing(storage, tag, signal);
  if (read.kind === 'unreadable') return faultyTag(tag, read.refusal, `the link cannot be read: ${read.reason}`);
  const digest = read.kind === 'found' ? read.bytes.toString('utf8').trim() : '';
  if (isDigest(digest)) return found(tag, digest);
  return faultyTag(tag, 'InvalidLink', 'the link does not hold a digest');
}

/** What is still listed was not deleted meanwhile: then the store lists what it has not got. */
async function goneOrMissing(storage: ObjectStorage, tag: CollectedTag, signal: AbortSignal): Promise<ReadTag> {
  const { key } = tag.link;
  const { objects } = await storage.list({ prefix: key, maxKeys: 1 }, signal);
  if (objects[0]?.key !== key) return { kind: 'gone' };
  return faultyTag(tag, 'Missing', 'the link is listed and is not there');
}

function found({ name, link }: CollectedTag, digest: string): ReadTag {
  return { kind: 'tag', tag: { name, digest, pushedAtMs: link.lastModifiedMs } };
}

interface Fingerprinted {
  readonly name: string;
  readonly link: StorageObject;
  readonly digest: Digest | undefined;
}

/**
 * Equal for two listings when, and only when, they have the same tags, and none was pushed to in between. A link that
 * a store lists without ETag and time has its digest as its version.
 */
export function fingerprintOf(tags: readonly Fingerprinted[]): string {
  const hash = createHash('sha256');
  for (const tag of tags) hash.update(`${tag.name} ${tag.link.etag} ${versionOf(tag)}\n`);
  return hash.digest('base64url').slice(0, 22);
}

function versionOf({ link, digest }: Fingerprinted): string | number {
  return hasEtagOrTime(link) ? link.lastModifiedMs : `${digest}`;
}

/** Whether a listing can show that an object was written again. */
export function hasEtagOrTime({ etag, lastModifiedMs }: StorageObject): boolean {
  return etag !== undefined || lastModifiedMs > 0;
}
