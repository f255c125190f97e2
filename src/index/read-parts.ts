import { batchGet } from './batch-get.ts';
import { parsePart, partKey } from './part-item.ts';
import type { StoredRecord, TagEntry } from './record.ts';
import { type Head, parseHead } from './record-item.ts';
import type { TableAccess } from './table-access.ts';

const ATTEMPTS = 5;

/** The item of a repository by a consistent read; undefined where there is none. Throws UnreadableItem. */
export async function readHead(access: TableAccess, name: string, signal: AbortSignal): Promise<Head | undefined> {
  const [item] = await batchGet(access, [{ name }], signal);
  return item && parseHead(item);
}

/**
 * The record of a head with the tags of its parts. A part that is missing was mostly removed by a later write, so the head
 * is read again; where that names it still, it is lost. Undefined when the head has gone meanwhile.
 */
export async function joinParts(
  deps: TableAccess,
  first: Head,
  signal: AbortSignal,
): Promise<StoredRecord | undefined> {
  let head = first;
  for (let attempt = 1; head.parts.length > 0; attempt += 1) {
    const found = await readParts(deps, head, signal);
    if (found.size === head.parts.length) return withParts(head, found);
    const next = await readHead(deps, head.stored.record.name, signal);
    if (next === undefined) return undefined;
    if (attempt === ATTEMPTS || isSame(head, next)) return withoutLost(head, found);
    head = next;
  }
  return head.stored;
}

type FoundParts = ReadonlyMap<string, readonly TagEntry[]>;

async function readParts(deps: TableAccess, { stored, parts }: Head, signal: AbortSignal): Promise<FoundParts> {
  const ids = new Map(parts.map((id) => [partKey(stored.record.name, id).name, id]));
  const items = await batchGet(
    deps,
    [...ids.keys()].map((name) => ({ name })),
    signal,
  );
  const found = new Map<string, readonly TagEntry[]>();
  for (const item of items) {
    const id = ids.get(String(item.name));
    const tags = parsePart(item);
    if (id !== undefined && tags) found.set(id, tags);
  }
  return found;
}

function isSame({ stored: a }: Head, { stored: b }: Head): boolean {
  return a.epoch === b.epoch && a.revision === b.revision;
}

function withParts({ stored, parts }: Head, found: FoundParts): StoredRecord {
  const tags = [...found.values()].flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...stored, record: { ...stored.record, tags }, parts: parts.filter((id) => found.has(id)) };
}

/** A record that lost tags says what it still knows, and is read again from the bucket by whoever compares it. */
function withoutLost(head: Head, found: FoundParts): StoredRecord {
  return { ...withParts(head, found), lostTags: true };
}
