import { mapOrdered } from '../../async/map-ordered.ts';
import { isDigest } from '../grammar.ts';
import type { ListedTag, RepositoryListing, RepositorySketch, StorageFault } from '../layout.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { SeenTag, TagCollector } from './tag-collector.ts';

/** Links read at once where ETags told nothing. */
const READS_AT_ONCE = 16;
/** The longest digest, sha512, has 135 bytes. */
const MAX_LINK_BYTES = 256;

type ReadLink =
  | { readonly kind: 'tag'; readonly tag: ListedTag }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fault'; readonly fault: StorageFault };

/** Turns what was gathered into a listing; reads only the links whose ETag did not tell their digest. */
export async function finishListing(
  storage: ObjectStorage,
  collected: TagCollector,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const tags: ListedTag[] = [];
  const unread: StorageFault[] = [];
  for await (const read of mapOrdered(collected.tags, READS_AT_ONCE, (tag) => resolve(storage, tag, signal))) {
    if (read.kind === 'tag') tags.push(read.tag);
    if (read.kind === 'fault') unread.push(read.fault);
  }
  const faults = [...collected.faults, ...unread];
  return { ...sketchOf(collected), tags, lacksTags: unread.length > 0, faults };
}

/** What was gathered, without reading anything. */
export function sketchOf({ name, listedAtMs, tags }: TagCollector): RepositorySketch {
  return { name, isPrivate: false, listedAtMs, fingerprint: fingerprintOf(tags), hasTags: tags.length > 0 };
}

/** A link that vanished since it was listed belongs to a tag deleted meanwhile, which is nobody's fault. */
async function resolve(storage: ObjectStorage, tag: SeenTag, signal: AbortSignal): Promise<ReadLink> {
  if (tag.digest) return found(tag, tag.digest);
  const read = await storage.get(tag.link.key, MAX_LINK_BYTES, signal);
  if (read.kind === 'missing') return { kind: 'gone' };
  if (read.kind === 'unreadable') return faulty(tag, `the link cannot be read: ${read.reason}`);
  const digest = read.kind === 'found' ? read.bytes.toString('utf8').trim() : '';
  if (isDigest(digest)) return found(tag, digest);
  return faulty(tag, 'the link does not hold a digest');
}

function faulty({ link }: SeenTag, reason: string): ReadLink {
  return { kind: 'fault', fault: { key: link.key, reason } };
}

function found({ name, link }: SeenTag, digest: string): ReadLink {
  return { kind: 'tag', tag: { name, digest, pushedAtMs: link.lastModifiedMs } };
}
