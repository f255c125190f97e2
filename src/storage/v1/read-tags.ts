import { parseObject } from '../../oci/json-fields.ts';
import type { RepositoryListing, RepositorySummary } from '../layout.ts';
import { faultyTag, type ReadTag, readListing } from '../listing/read-listing.ts';
import type { ObjectStorage, StoredBytes } from '../object-storage.ts';
import type { CollectedFolder, CollectedTag } from './folder-collector.ts';
import { digestOfImage } from './image-id.ts';

/** Tags of a repository read at once; each takes two small objects. */
const READS_AT_ONCE = 8;
const MAX_ID_BYTES = 256;
const MAX_JSON_BYTES = 64 * 1024;

/** Turns what was gathered of a folder into a listing, by two GETs a tag: its image and when it was pushed. */
export async function readFolder(
  storage: ObjectStorage,
  collected: CollectedFolder,
  signal: AbortSignal,
): Promise<RepositoryListing> {
  const unread = { summary: summaryOf(collected), tags: collected.tags, atOnce: READS_AT_ONCE };
  return readListing(unread, (tag) => readTag(storage, tag, signal));
}

/** What was gathered of a folder, without reading anything. */
export function summaryOf({ tags, ...collected }: CollectedFolder): RepositorySummary {
  return { ...collected, hasTags: tags.length > 0 };
}

async function readTag(storage: ObjectStorage, tag: CollectedTag, signal: AbortSignal): Promise<ReadTag> {
  const [link, json] = await Promise.all([
    storage.get(tag.link.key, MAX_ID_BYTES, signal),
    tag.json && storage.get(tag.json.key, MAX_JSON_BYTES, signal),
  ]);
  if (link.kind === 'missing') return { kind: 'gone' };
  if (link.kind === 'unreadable') return faultyTag(tag, link.refusal, `the tag cannot be read: ${link.reason}`);
  const digest = link.kind === 'found' ? digestOfImage(link.bytes.toString('utf8').trim()) : undefined;
  if (digest === undefined) return faultyTag(tag, 'InvalidLink', 'the tag does not hold the id of an image');
  const pushedAtMs = lastUpdateMs(json) ?? tag.link.lastModifiedMs;
  return { kind: 'tag', tag: { name: tag.name, digest, pushedAtMs } };
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
