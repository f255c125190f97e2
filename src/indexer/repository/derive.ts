import type { StorageFault } from '../../api/fault.ts';
import type { CompanionTag, InspectedManifests, RepositoryRecord, TagEntry } from '../../dynamodb/records/record.ts';
import { digestKey, digestTagOf, isCompanion, markOfSuffix } from '../../oci/companion.ts';
import type { Artefact } from '../../oci/describe.ts';
import type { InspectedManifest, ManifestFacts, Mark } from '../../oci/manifest-facts.ts';
import { distinctMarks } from '../../oci/marks.ts';
import type { ListedTag, RepositoryListing } from '../../storage/layout.ts';
import type { Known, ManifestsByDigest, Representative } from './known.ts';

/** A record as it is to be written. */
export interface Draft {
  /** Without tags where the repository has none of its own: then it is gone. */
  readonly record: RepositoryRecord;
  readonly manifests: InspectedManifests;
  /** The listing's. */
  readonly fingerprint: string;
  readonly faults: readonly StorageFault[];
}

/** What a draft is made from. */
export interface DraftParts {
  readonly listing: Pick<RepositoryListing, 'name' | 'isPrivate' | 'fingerprint'>;
  /** All that were listed. */
  readonly tags: readonly ListedTag[];
  readonly known: Known;
}

export function draftOf({ listing, tags, known: { representative, manifests } }: DraftParts): Draft {
  const { name, isPrivate, fingerprint } = listing;
  const { record, companions } = deriveRecord({ name, isPrivate, tags, manifests, representative });
  return {
    record,
    manifests: { representative: representative?.tag, byDigest: manifests, companions },
    fingerprint,
    faults: faultsOf(name, manifests.values()),
  };
}

/** All that there is of a repository: its tags, companions included, and what was read of their manifests. */
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

/** The record that follows from what is known so far; more manifests make it better, and nothing else is needed. */
export function deriveRecord(sources: RepositorySources): DerivedRecord {
  const { name, isPrivate, manifests, representative } = sources;
  const { own, companions } = sortTags(sources.tags, manifests);
  const tags = own.map((tag) => ({ ...tag, platforms: platformsOf(tag, manifests) })).sort(byName);
  const text = textOf(representative?.artefact);
  const marks = marksOf({ own, companions, manifests });
  const types = typesOf(own, sources);
  const record = { name, ...text, types, isPrivate, referrers: marks, tags, pushedAtMs: newestPush(tags) };
  return { record, companions: companions.toSorted(byName) };
}

/** What of a record is from its representative tag. */
function textOf(artefact: Artefact | undefined) {
  return {
    title: artefact?.title,
    summary: artefact?.summary,
    labels: artefact?.labels ?? {},
    platforms: artefact?.platforms ?? [],
    createdAtMs: artefact?.createdAtMs,
  };
}

interface SortedTags {
  /** Those that are tags of the repository. */
  readonly own: readonly ListedTag[];
  /** Those that only say something of another digest. */
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

/** Undefined while its manifest was not read. */
function platformsOf({ digest }: ListedTag, manifests: ManifestsByDigest): readonly string[] | undefined {
  const reading = manifests.get(digest);
  return reading && (reading.facts?.platforms ?? []);
}

/** Bounds a record; nobody puts so many kinds of things into one repository. */
const MAX_TYPES = 8;

/** The representative's, then those of all other tags that are something in their own right. */
function typesOf(own: readonly ListedTag[], { manifests, representative }: RepositorySources): string[] {
  const others = own.flatMap(({ digest }) => {
    const facts = manifests.get(digest)?.facts;
    return facts && facts.subject === undefined ? typeOf(facts) : [];
  });
  const first = representative ? [representative.artefact.type] : [];
  return [...new Set([...first, ...others.sort()])].slice(0, MAX_TYPES);
}

function typeOf(facts: ManifestFacts): string {
  if (facts.kind === 'artefact') return facts.type;
  return facts.kind === 'chart' ? 'helm' : 'image';
}

/** What is attached to something that has a tag here, or is below an index that has; orphans say nothing. */
function marksOf({ own, companions, manifests }: SortedTags & { readonly manifests: ManifestsByDigest }): Mark[] {
  const factsOf = ({ digest }: ListedTag) => manifests.get(digest)?.facts;
  const digests = own.flatMap((tag) => [tag.digest, ...(factsOf(tag)?.children ?? [])]);
  const present = new Set(digests.map(digestKey));
  const isPresent = (subject: string | undefined) => subject !== undefined && present.has(digestKey(subject));
  const marks = own.flatMap((tag) => {
    const { subject, marks = [], carries = [] } = factsOf(tag) ?? {};
    return isPresent(subject) ? [...carries, ...marks] : carries;
  });
  const beside = companions.filter(({ name }) => isPresent(digestTagOf(name)?.subject));
  return distinctMarks([...marks, ...beside.flatMap((tag) => marksOfCompanion(tag, factsOf(tag)))]);
}

/** What its name says, and what the manifest says where it was read: an attestation may be an SBOM. */
function marksOfCompanion({ name }: ListedTag, facts: ManifestFacts | undefined): Mark[] {
  const suffix = digestTagOf(name)?.suffix;
  const named = suffix === undefined ? undefined : markOfSuffix(suffix);
  if (suffix !== undefined && !named) return [];
  const listed = facts?.referrers?.flatMap(({ marks }) => marks) ?? facts?.marks ?? [];
  return [...(named ? [named] : []), ...listed];
}

/** When the newest of some tags was pushed, in milliseconds since 1970; 0 without any. */
function newestPush(tags: readonly TagEntry[]): number {
  return tags.reduce((newest, { pushedAtMs }) => Math.max(newest, pushedAtMs), 0);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What could not be used, named as people name it, for where a blob lies is the layout's business. */
export function faultsOf(name: string, manifests: Iterable<InspectedManifest>): StorageFault[] {
  return [...manifests].flatMap(({ problems }) =>
    problems.map(({ kind, digest, reason }) => ({ kind, key: `${name}@${digest}`, reason, digest })),
  );
}
