import { batchGet, type ProjectedTable } from '../items/batch-get.ts';
import { type ChunkContent, chunkKey, parseChunk } from './chunk-item.ts';
import { unpackManifests } from './manifest-pack.ts';
import type { InspectedManifests, StoredChunk, StoredRecord } from './record.ts';
import { type MainItem, parseMainItem } from './record-item.ts';

const ATTEMPTS = 5;

/** Reads the main item of a repository consistently; undefined where there is none. Throws UnreadableItem. */
export async function readMainItem(
  access: ProjectedTable,
  name: string,
  signal: AbortSignal,
): Promise<MainItem | undefined> {
  const [item] = await batchGet(access, [{ name }], signal);
  return item && parseMainItem(item);
}

/**
 * Joins a main item with its chunks, including manifests where those are among the wanted attributes. A missing chunk
 * was mostly removed by a later write, so the main item is read again; a chunk that it still names is lost. Undefined
 * when the main item is gone by then.
 */
export async function joinChunks(
  deps: ProjectedTable,
  first: MainItem,
  signal: AbortSignal,
): Promise<StoredRecord | undefined> {
  let main = first;
  for (let attempt = 1; main.chunks.length > 0; attempt += 1) {
    const found = await readChunks(deps, main.stored.record.name, main.chunks, signal);
    if (found.size === main.chunks.length) return withChunks(main, found);
    const next = await readMainItem(deps, main.stored.record.name, signal);
    if (next === undefined) return undefined;
    if (attempt === ATTEMPTS || isSame(main, next)) return withoutLost(main, found);
    main = next;
  }
  return recordOf(main);
}

/** The record of a main item without chunks. */
export function recordOf(main: MainItem): StoredRecord {
  return withManifests(main, [manifestsOf({ tags: main.stored.record.tags, readings: main.readings })]);
}

function manifestsOf({ tags, readings }: ChunkContent): StoredChunk['manifests'] {
  return readings && unpackManifests(readings, tags);
}

/** Chunks by their ids. */
type FoundChunks = ReadonlyMap<string, StoredChunk>;

/** Reads some chunks of a repository; one that cannot be read counts as missing. */
export async function readChunks(
  deps: ProjectedTable,
  repository: string,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<FoundChunks> {
  const ids = new Map(wanted.map((id) => [chunkKey(repository, id).name, id]));
  const items = await batchGet(
    deps,
    [...ids.keys()].map((name) => ({ name })),
    signal,
  );
  const found = new Map<string, StoredChunk>();
  for (const item of items) {
    const id = ids.get(String(item.name));
    const content = parseChunk(item);
    if (id !== undefined && content) found.set(id, { id, tags: content.tags, manifests: manifestsOf(content) });
  }
  return found;
}

function isSame({ stored: a }: MainItem, { stored: b }: MainItem): boolean {
  return a.epoch === b.epoch && a.revision === b.revision;
}

function withChunks(main: MainItem, found: FoundChunks): StoredRecord {
  const chunks = main.chunks.flatMap((id) => found.get(id) ?? []);
  const stored = withManifests(
    main,
    chunks.map(({ manifests }) => manifests),
  );
  const tags = chunks.flatMap((chunk) => chunk.tags).sort(byName);
  return { ...stored, record: { ...stored.record, tags }, chunks };
}

/** All manifests or none: where some are lost, all are read again. */
function withManifests({ stored, representative }: MainItem, read: readonly StoredChunk['manifests'][]): StoredRecord {
  const whole = read.filter((each) => each !== undefined);
  if (representative === undefined || whole.length < read.length) return stored;
  const manifests: InspectedManifests = {
    representative: representative || undefined,
    byDigest: new Map(whole.flatMap(({ byDigest }) => [...byDigest])),
    companions: whole.flatMap(({ companions }) => companions).sort(byName),
  };
  return { ...stored, manifests };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** A record that has lost tags keeps the others, and is read again by the next resync. */
function withoutLost(main: MainItem, found: FoundChunks): StoredRecord {
  return { ...withChunks(main, found), lostTags: true };
}
