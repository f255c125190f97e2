import { mapOrdered } from '../../async/map-ordered.ts';
import { parseObject } from '../artefact/json.ts';
import type { ListedTag, RepositoryListing, RepositorySketch, StorageFault } from '../layout.ts';
import type { ObjectStorage, StoredBytes } from '../object-storage.ts';
import type { SeenFolder, SeenTag } from './folder-collector.ts';
import { digestOfImage } from './image-id.ts';

/** Tags of a repository read at once; each takes two small objects. */
const READS_AT_ONCE = 8;
const MAX_ID_BYTES = 256;
const MAX_JSON_BYTES = 64 * 1024;

type ReadTag =
  | { readonly kind: 'tag'; readonly tag: ListedTag }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fault'; readonly fault: StorageFault };

/** Turns what was gathered of a folder into a listing, by two GETs a tag: its image and when it was pushed. */
export async function readFolder(
  storage: ObjectStorage,
  seen: SeenFolder,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const tags: ListedTag[] = [];
  const unread: StorageFault[] = [];
  for await (const read of mapOrdered(seen.tags, READS_AT_ONCE, (tag) => readTag(storage, tag, signal))) {
    if (read.kind === 'tag') tags.push(read.tag);
    if (read.kind === 'fault') unread.push(read.fault);
  }
  const faults = [...seen.faults, ...unread];
  return { ...sketchOf(seen), tags, lacksTags: unread.length > 0, faults };
}

/** What was gathered of a folder, without reading anything. */
export function sketchOf({ name, isPrivate, listedAtMs, fingerprint, tags }: SeenFolder): RepositorySketch {
  return { name, isPrivate, listedAtMs, fingerprint, hasTags: tags.length > 0 };
}

/** What vanished since it was listed belongs to a tag deleted meanwhile, which is nobody's fault. */
async function readTag(storage: ObjectStorage, tag: SeenTag, signal: AbortSignal): Promise<ReadTag> {
  const [link, json] = await Promise.all([
    storage.get(tag.link.key, MAX_ID_BYTES, signal),
    tag.json && storage.get(tag.json.key, MAX_JSON_BYTES, signal),
  ]);
  if (link.kind === 'missing') return { kind: 'gone' };
  if (link.kind === 'unreadable') return faulty(tag, `the tag cannot be read: ${link.reason}`);
  const digest = link.kind === 'found' ? digestOfImage(link.bytes.toString('utf8').trim()) : undefined;
  if (digest === undefined) return faulty(tag, 'the tag does not hold the id of an image');
  const pushedAtMs = lastUpdateMs(json) ?? tag.link.lastModifiedMs;
  return { kind: 'tag', tag: { name: tag.name, digest, pushedAtMs } };
}

function faulty({ link }: SeenTag, reason: string): ReadTag {
  return { kind: 'fault', fault: { key: link.key, reason } };
}

/** `last_update` counts seconds. It outlives a copy of the bucket, which the times of objects do not. */
function lastUpdateMs(json: StoredBytes | undefined): number | undefined {
  if (json?.kind !== 'found') return undefined;
  const parsed = parseObject(json.bytes, 'tag');
  const seconds = parsed.kind === 'parsed' ? parsed.value.last_update : undefined;
  return typeof seconds === 'number' && seconds > 0 && Number.isSafeInteger(seconds * 1_000)
    ? seconds * 1_000
    : undefined;
}
