import type { InspectedManifests, TagEntry } from '../../dynamodb/records/record.ts';
import type { PartWrite, ReadChunk, RecordPart } from '../../dynamodb/records/record-part.ts';
import { hasRoomFor, placeOfTag } from '../../dynamodb/records/tag-layout.ts';
import { digestTagOf, isContentsTag } from '../../oci/companion.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import type { ListedTag } from '../../storage/layout.ts';
import { entryOf, textOf, typeOf, withFirst } from '../repository/derive.ts';
import type { IndexerDeps } from '../repository/outcome.ts';
import { readManifests } from '../repository/read-manifests.ts';
import { compareRanked, rankTag } from '../repository/representative.ts';
import type { Attempt } from '../repository/retry-on-conflict.ts';

/** What tags point to now; undefined where they point to nothing. */
export type FoundTags = ReadonlyMap<string, ListedTag | undefined>;

interface PartPatch {
  readonly part: RecordPart;
  readonly found: FoundTags;
  /** What a patched record says of its listing. */
  readonly fingerprint: string;
}

/**
 * Writes what some tags point to into the chunks that hold them. Undefined where the other tags have a say: then the
 * record is to be patched as a whole. What signatures that were there before say of a new tag is read with the rest of
 * the repository later.
 */
export async function patchPart(
  { artefacts, records }: Pick<IndexerDeps, 'artefacts' | 'records'>,
  { part, found, fingerprint }: PartPatch,
  signal: AbortSignal,
): Promise<Attempt | undefined> {
  const before = new Map(part.chunks.values().flatMap(({ tags }) => tags.map((tag) => [tag.name, tag] as const)));
  const changed = [...found].filter(([name, tag]) => !isSamePush(before.get(name), tag));
  if (changed.length === 0) return { result: 'current', record: undefined, faults: [] };
  const after = new Map(changed);
  const change: Change = {
    ...{ part, before, after },
    manifests: await readManifests(artefacts, digestsOf(after.values()), signal),
  };
  const groups = isApart(change) ? groupsOf(change) : undefined;
  const best = groups?.values().every(({ tags }) => tags.length > 0) ? bestOf(change) : undefined;
  if (!groups || !best) return undefined;
  const artefact = change.after.has(best.name) ? (await artefacts.read(best.digest, signal)).artefact : undefined;
  if (change.after.has(best.name) && !artefact) return undefined;
  const { record, epoch, listedAtMs, gaps } = part.seen;
  const text = artefact && { ...textOf(artefact), types: withFirst(artefact.type, record.types.toSorted()) };
  const { tags: _, ...kept } = record;
  const pushedAtMs = Math.max(record.pushedAtMs, ...pushesOf(change));
  const write: PartWrite = {
    record: { ...kept, ...text, representative: best.name, pushedAtMs },
    tagCount: tagCountOf(change),
    groups,
    ...{ epoch, listedAtMs, gaps, fingerprint },
  };
  const result = await records.replacePart(write, part, signal);
  return result === 'conflict' ? result : { result, record: undefined, faults: [] };
}

interface Change {
  readonly part: RecordPart;
  readonly before: ReadonlyMap<string, TagEntry>;
  /** Tags that have changed. */
  readonly after: FoundTags;
  /** The manifests that these tags point to. */
  readonly manifests: ReadonlyMap<string, InspectedManifest>;
}

/** Whether the record follows from its text, from the tags that have changed, and from nothing else. */
function isApart(change: Change): boolean {
  const { part, before, after, manifests } = change;
  const { record } = part.seen;
  if (record.referrers.length > 0 || !hasRoomFor(tagCountOf(change), part.ids.length)) return false;
  const newestMs = Math.max(0, ...pushesOf(change));
  for (const [name, tag] of after) {
    if (isNamedAfterOthers(name)) return false;
    const old = before.get(name);
    if (old?.pushedAtMs === record.pushedAtMs && newestMs < old.pushedAtMs) return false;
    const facts = tag && plainFactsOf(manifests.get(tag.digest));
    if (tag && !(facts && record.types.includes(typeOf(facts)))) return false;
  }
  return true;
}

/** Such tags are companions, or may be. */
function isNamedAfterOthers(tag: string): boolean {
  return digestTagOf(tag) !== undefined || isContentsTag(tag);
}

/** Undefined for what could not be read in full, or says something about others. */
function plainFactsOf(inspected: InspectedManifest | undefined) {
  const { facts, problems } = inspected ?? {};
  if (!facts || (problems ?? []).length > 0) return undefined;
  if (facts.subject !== undefined || facts.referrers !== undefined) return undefined;
  if ((facts.marks ?? []).length > 0 || (facts.carries ?? []).length > 0) return undefined;
  return facts.kind === 'artefact' && facts.isAuxiliary ? undefined : facts;
}

/** Which tag the text comes from now; undefined where it may be one that was not read. */
function bestOf({ part, before, after, manifests }: Change): ListedTag | undefined {
  const name = part.seen.record.representative ?? '';
  const [old, changed] = [before.get(name), after.get(name)];
  if (!old || isNamedAfterOthers(name)) return undefined;
  if (after.has(name) && (!changed || changed.pushedAtMs < old.pushedAtMs)) return undefined;
  const now = changed ?? old;
  if (!plainFactsOf(manifests.get(now.digest) ?? manifestOf(part, now))) return undefined;
  const candidates = [now, ...[...after.values()].filter((tag) => tag !== undefined)].map(rankTag);
  return candidates.reduce((best, next) => (compareRanked(next, best) < 0 ? next : best)).tag;
}

function manifestOf(part: RecordPart, { name, digest }: ListedTag): InspectedManifest | undefined {
  return chunkOf(part, name)?.manifests.byDigest.get(digest);
}

function chunkOf({ ids, chunks }: RecordPart, tag: string): ReadChunk | undefined {
  return chunks.get(placeOfTag(tag, ids.length));
}

function pushesOf({ after }: Change): number[] {
  return [...after.values()].flatMap((tag) => tag?.pushedAtMs ?? []);
}

function tagCountOf({ part, before, after }: Change): number {
  return [...after].reduce(
    (count, [name, tag]) => count + Number(tag !== undefined) - Number(before.has(name)),
    part.tagCount,
  );
}

/** The chunks that change, as they are to be. */
function groupsOf({ part, after, manifests }: Change): PartWrite['groups'] {
  const changed = Map.groupBy(after, ([name]) => placeOfTag(name, part.ids.length));
  const groups = [...changed].flatMap(([place, some]) => {
    const chunk = part.chunks.get(place);
    return chunk ? [[place, groupOf(chunk, new Map(some), manifests)] as const] : [];
  });
  return new Map(groups);
}

function groupOf({ tags, manifests }: ReadChunk, after: FoundTags, added: InspectedManifests['byDigest']) {
  const entries = [...after.values()].flatMap((tag) => (tag ? entryOf(tag, added.get(tag.digest)) : []));
  return {
    tags: [...tags.filter(({ name }) => !after.has(name)), ...entries].sort((a, b) => (a.name < b.name ? -1 : 1)),
    companions: manifests.companions,
    manifests: new Map([...manifests.byDigest, ...added]),
  };
}

/** What tags point to, each once. */
export function digestsOf(tags: Iterable<ListedTag | undefined>): Digest[] {
  return [...new Set([...tags].flatMap((tag) => tag?.digest ?? []))];
}

/** Whether a tag is as it was. */
export function isSamePush(one: ListedTag | undefined, other: ListedTag | undefined): boolean {
  return one?.digest === other?.digest && one?.pushedAtMs === other?.pushedAtMs;
}
