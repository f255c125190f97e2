import type { StorageFault } from '../../api/fault.ts';
import { MINUTE_MS, minuteOf } from '../../dynamodb/records/minutes.ts';
import type { CompanionTag, InspectedManifests, RepositoryRecord, TagEntry } from '../../dynamodb/records/record.ts';
import type { Artefact } from '../../oci/artefact.ts';
import { chartVersionOf } from '../../oci/chart-version.ts';
import { digestKey, digestTagOf, isCompanion, markOfSuffix } from '../../oci/companion.ts';
import type { InspectedManifest, ManifestFacts, Mark } from '../../oci/manifest-facts.ts';
import { distinctMarks } from '../../oci/marks.ts';
import type { ListedTag, RepositoryListing } from '../../storage/layout.ts';
import type { Known, ManifestsByDigest, Representative } from './known.ts';

/** A record to be written. */
export interface RecordDraft {
  /** Has no tags where all that was listed are companions: then the repository counts as gone. */
  readonly record: RepositoryRecord;
  readonly manifests: InspectedManifests;
  /** Of the listing. */
  readonly fingerprint: string;
  readonly faults: readonly StorageFault[];
}

/** What a draft is made from. */
export interface DraftParts {
  readonly listing: Pick<RepositoryListing, 'name' | 'isPrivate' | 'fingerprint'>;
  /** All listed tags, companions included. */
  readonly tags: readonly ListedTag[];
  readonly known: Known;
}

export function draftOf({ listing, tags, known: { representative, manifests } }: DraftParts): RecordDraft {
  const { name, isPrivate, fingerprint } = listing;
  const { record, companions } = deriveRecord({ name, isPrivate, tags, manifests, representative });
  return {
    record,
    manifests: { representative: representative?.tag, byDigest: manifests, companions },
    fingerprint,
    faults: faultsOf(name, manifests.values()),
  };
}

/** Everything a record is derived from: all listed tags, and the manifests that were read. */
export interface RepositorySources {
  readonly name: string;
  readonly isPrivate: boolean;
  readonly tags: readonly ListedTag[];
  readonly manifests: ManifestsByDigest;
  readonly representative: Representative | undefined;
}

export interface DerivedRecord {
  /** Without tags where the repository has none of its own. */
  readonly record: RepositoryRecord;
  readonly companions: readonly CompanionTag[];
}

/** Pure: derives the record from what is known so far. Each further manifest makes it more complete. */
export function deriveRecord(sources: RepositorySources): DerivedRecord {
  const { name, isPrivate, manifests, representative } = sources;
  const { own, companions } = sortTags(sources.tags, manifests);
  const tags = own.map((tag) => entryOf(tag, manifests.get(tag.digest))).sort(byName);
  const text = textOf(representative?.artefact);
  const marks = marksOf({ own, companions, manifests });
  const types = typesOf(own, sources);
  const record = { name, ...text, types, isPrivate, referrers: marks, tags, pushedAtMs: newestPush(tags) };
  return { record, companions: companions.toSorted(byName) };
}

/** The fields of a record that come from its representative tag. */
export function textOf(artefact: Artefact | undefined) {
  return {
    title: artefact?.title,
    summary: artefact?.summary,
    labels: artefact?.labels ?? {},
    platforms: artefact?.platforms ?? [],
    createdAtMs: artefact?.createdAtMs,
  };
}

interface SortedTags {
  /** Tags of the repository itself. */
  readonly own: readonly ListedTag[];
  /** Tags that only say something about another digest, such as signatures. */
  readonly companions: readonly ListedTag[];
}

function sortTags(tags: readonly ListedTag[], manifests: ManifestsByDigest): SortedTags {
  const own: ListedTag[] = [];
  const companions: ListedTag[] = [];
  for (const { name, digest, pushedAtMs } of tags) {
    const tag = { name, digest, pushedAtMs };
    (isCompanion(tag, manifests.get(digest)?.facts) ? companions : own).push(tag);
  }
  return { own, companions };
}

/** Platforms are undefined while its manifest was not read. */
export function entryOf(tag: ListedTag, inspected: InspectedManifest | undefined): TagEntry {
  const { platforms = [], sizeBytes, createdAtMs } = inspected?.facts ?? {};
  const chart = chartVersionOf(tag.name, inspected?.facts);
  return {
    ...tag,
    platforms: inspected && platforms,
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(createdAtMs !== undefined && { createdAtMs: minuteOf(createdAtMs) * MINUTE_MS }),
    ...(chart && { chart }),
  };
}

/** Limits a record; real repositories hold one or two types. */
const MAX_TYPES = 8;

/** The type of the representative tag first, then the types of all other tags that are not attachments. */
function typesOf(own: readonly ListedTag[], { manifests, representative }: RepositorySources): string[] {
  const others = new Set<string>();
  for (const { digest } of own) {
    const facts = manifests.get(digest)?.facts;
    if (facts && facts.subject === undefined) others.add(typeOf(facts));
  }
  const sorted = [...others].sort();
  return representative ? withFirst(representative.artefact.type, sorted) : sorted.slice(0, MAX_TYPES);
}

/** The type of the representative tag, and then all types. */
export function withFirst(first: string, types: readonly string[]): string[] {
  return [...new Set([first, ...types])].slice(0, MAX_TYPES);
}

export function typeOf(facts: ManifestFacts): string {
  if (facts.kind === 'artefact') return facts.type;
  return facts.kind === 'chart' ? 'helm' : 'image';
}

/** Marks of what is attached to a tagged manifest or to a child of one. Attachments of anything else do not count. */
function marksOf({ own, companions, manifests }: SortedTags & { readonly manifests: ManifestsByDigest }): Mark[] {
  const factsOf = ({ digest }: ListedTag) => manifests.get(digest)?.facts;
  let present: ReadonlySet<string> | undefined;
  // Made only when there is a subject: most repositories have none, and some have 100,000 tags.
  const isPresent = (subject: string | undefined) => {
    if (subject === undefined) return false;
    present ??= new Set(own.flatMap((tag) => [tag.digest, ...(factsOf(tag)?.children ?? [])].map(digestKey)));
    return present.has(digestKey(subject));
  };
  const marks = own.flatMap((tag) => {
    const { subject, marks = [], carries = [] } = factsOf(tag) ?? {};
    return isPresent(subject) ? [...carries, ...marks] : carries;
  });
  const beside = companions.filter(({ name }) => isPresent(digestTagOf(name)?.subject));
  return distinctMarks([...marks, ...beside.flatMap((tag) => marksOfCompanion(tag, factsOf(tag)))]);
}

/** By the suffix of the tag, and by its manifest where that was read: an attestation may be an SBOM. */
function marksOfCompanion({ name }: ListedTag, facts: ManifestFacts | undefined): Mark[] {
  const suffix = digestTagOf(name)?.suffix;
  const named = suffix === undefined ? undefined : markOfSuffix(suffix);
  if (suffix !== undefined && !named) return [];
  const listed = facts?.referrers?.flatMap(({ marks }) => marks) ?? facts?.marks ?? [];
  return [...(named ? [named] : []), ...listed];
}

/** Milliseconds since 1970; 0 without tags. */
function newestPush(tags: readonly TagEntry[]): number {
  return tags.reduce((newest, { pushedAtMs }) => Math.max(newest, pushedAtMs), 0);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Problems as faults of the repository, named `<name>@<digest>` as people write it. */
export function faultsOf(name: string, manifests: Iterable<InspectedManifest>): StorageFault[] {
  return [...manifests].flatMap(({ problems }) =>
    problems.map(({ kind, digest, reason }) => ({ kind, key: `${name}@${digest}`, reason, digest })),
  );
}
