import { isDigest } from '../grammar.ts';
import type { RepositoryListing, RepositorySketch } from '../layout.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { faultyTag, type ReadTag, readListing } from '../read-listing.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { SeenTag, TagCollector } from './tag-collector.ts';

/** Links read at once where ETags told nothing. */
const READS_AT_ONCE = 16;
/** The longest digest, sha512, has 135 bytes. */
const MAX_LINK_BYTES = 256;

/** Turns what was gathered into a listing; reads only the links whose ETag did not tell their digest. */
export async function finishListing(
  storage: ObjectStorage,
  collected: TagCollector,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const unread = { sketch: sketchOf(collected), tags: collected.tags, atOnce: READS_AT_ONCE };
  return readListing(unread, (tag) => resolve(storage, tag, signal));
}

/** What was gathered, without reading anything. */
export function sketchOf({ name, listedAtMs, tags, faults }: TagCollector): RepositorySketch {
  return { name, isPrivate: false, listedAtMs, fingerprint: fingerprintOf(tags), hasTags: tags.length > 0, faults };
}

async function resolve(storage: ObjectStorage, tag: SeenTag, signal: AbortSignal): Promise<ReadTag> {
  if (tag.digest) return found(tag, tag.digest);
  const read = await storage.get(tag.link.key, MAX_LINK_BYTES, signal);
  if (read.kind === 'missing') return { kind: 'gone' };
  if (read.kind === 'unreadable') return faultyTag(tag, read.refusal, `the link cannot be read: ${read.reason}`);
  const digest = read.kind === 'found' ? read.bytes.toString('utf8').trim() : '';
  if (isDigest(digest)) return found(tag, digest);
  return faultyTag(tag, 'InvalidLink', 'the link does not hold a digest');
}

function found({ name, link }: SeenTag, digest: string): ReadTag {
  return { kind: 'tag', tag: { name, digest, pushedAtMs: link.lastModifiedMs } };
}
