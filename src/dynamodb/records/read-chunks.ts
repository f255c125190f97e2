import { batchGet, type ProjectedTable } from '../items/batch-get.ts';
import { type PartContent, parsePart, partKey } from './chunk-item.ts';
import { unpackReadings } from './manifest-pack.ts';
import type { InspectedManifests, StoredRecord } from './record.ts';
import { type Head, parseHead } from './record-item.ts';

const ATTEMPTS = 5;

/** The item of a repository by a consistent read; undefined where there is none. Throws UnreadableItem. */
export async function readHead(access: ProjectedTable, name: string, signal: AbortSignal): Promise<Head | undefined> {
  const [item] = await batchGet(access, [{ name }], signal);
  return item && parseHead(item);
}

/**
 * The record of a head with the tags of its parts, and with readings where those are among the wanted attributes. A
 * part that is missing was mostly removed by a later write, so the head is read again; where that names it still, it is
 * lost. Undefined when the head has gone meanwhile.
 */
export async function joinParts(
  deps: ProjectedTable,
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
  return recordOf(head);
}

/** The record of a head without parts. */
export function recordOf(head: Head): StoredRecord {
  return withReadings(head, [{ tags: head.stored.record.tags, readings: head.readings }]);
}

type FoundParts = ReadonlyMap<string, PartContent>;

async function readParts(deps: ProjectedTable, { stored, parts }: Head, signal: AbortSignal): Promise<FoundParts> {
  const ids = new Map(parts.map((id) => [partKey(stored.record.name, id).name, id]));
  const items = await batchGet(
    deps,
    [...ids.keys()].map((name) => ({ name })),
    signal,
  );
  const found = new Map<string, PartContent>();
  for (const item of items) {
    const id = ids.get(String(item.name));
    const content = parsePart(item);
    if (id !== undefined && content) found.set(id, content);
  }
  return found;
}

function isSame({ stored: a }: Head, { stored: b }: Head): boolean {
  return a.epoch === b.epoch && a.revision === b.revision;
}

function withParts(head: Head, found: FoundParts): StoredRecord {
  const contents = [...found.values()];
  const stored = withReadings(head, contents);
  const tags = contents.flatMap((content) => content.tags).sort(byName);
  return { ...stored, record: { ...stored.record, tags }, parts: head.parts.filter((id) => found.has(id)) };
}

/** Readings are whole or none: where some are lost, all are read again. */
function withReadings({ stored, representative }: Head, contents: readonly PartContent[]): StoredRecord {
  const read = contents.map(({ tags, readings }) => readings && unpackReadings(readings, tags));
  const whole = read.filter((each) => each !== undefined);
  if (representative === undefined || whole.length < read.length) return stored;
  const readings: InspectedManifests = {
    representative: representative || undefined,
    tags: new Map(whole.flatMap(({ tags }) => [...tags])),
    companions: whole.flatMap(({ companions }) => companions).sort(byName),
  };
  return { ...stored, readings };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** A record that lost tags says what it still knows, and is read again from the bucket by whoever compares it. */
function withoutLost(head: Head, found: FoundParts): StoredRecord {
  return { ...withParts(head, found), lostTags: true };
}
