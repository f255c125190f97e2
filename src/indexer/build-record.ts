import type { StorageFault } from '../api/fault.ts';
import { doubted } from '../index/fingerprint.ts';
import type { Readings, RepositoryRecord, TagEntry } from '../index/record.ts';
import type { Artefact } from '../storage/artefact/describe.ts';
import { referrerTagOf } from '../storage/artefact/referrer.ts';
import type { RepositoryListing } from '../storage/layout.ts';
import type { ArtefactReader } from './artefact-reader.ts';
import { type Findings, findArtefact, readAttached } from './find-artefact.ts';
import { type Known, readingsOf } from './known.ts';

/** A record as it is to be written. */
export interface Draft {
  /** Without tags where the repository has none of its own: then it is gone. */
  readonly record: RepositoryRecord;
  readonly readings: Readings;
  /** The listing's, made doubtful where something could not be read, so that the next comparison finds it changed. */
  readonly fingerprint: string;
  readonly faults: readonly StorageFault[];
}

/**
 * The record that a listing gives, with text, labels and platforms of its representative tag, and platforms of those tags
 * of which they are known. Tags of referrers are not among its tags and only leave their mark. Rejects only with what the
 * storage rejects with.
 */
export async function buildRecord(
  artefacts: ArtefactReader,
  { listing, known }: { readonly listing: RepositoryListing; readonly known: Known },
  signal: AbortSignal,
): Promise<Draft> {
  const { name, tags, fingerprint } = listing;
  const findings = await readAttached(
    artefacts,
    { name, tags, findings: await findArtefact(artefacts, { name, tags, known }, signal) },
    signal,
  );
  return {
    record: recordOf(listing, findings),
    readings: readingsOf(findings, new Set(tags.map(({ digest }) => digest))),
    fingerprint: findings.faults.length > 0 || listing.unread.length > 0 ? doubted(fingerprint) : fingerprint,
    faults: findings.faults,
  };
}

function recordOf(listing: RepositoryListing, findings: Findings): RepositoryRecord {
  const { name, isPrivate } = listing;
  const tags = tagsOf(listing, findings);
  const text = textOf(findings.representative?.artefact);
  return { name, ...text, isPrivate, referrers: marksOf(listing, findings), tags, pushedAtMs: newestPush(tags) };
}

/** What of a record is from its representative tag. */
export function textOf(artefact: Artefact | undefined) {
  return {
    title: artefact?.title,
    summary: artefact?.summary,
    labels: artefact?.labels ?? {},
    platforms: artefact?.platforms ?? [],
    types: artefact ? [artefact.type] : [],
    createdAtMs: artefact?.createdAtMs,
  };
}

function tagsOf(listing: RepositoryListing, { platforms, referrers }: Findings): TagEntry[] {
  return listing.tags
    .filter(({ name, digest }) => !referrerTagOf(name) && !referrers.has(digest))
    .map((tag) => ({ ...tag, platforms: platforms.get(tag.digest) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the referrers that are there say, by the names of their tags or by their manifests, and the image itself. */
function marksOf({ tags }: RepositoryListing, { representative, referrers }: Findings): string[] {
  const marks = tags.flatMap(({ name, digest }) => {
    const schema = referrerTagOf(name);
    if (schema?.kind) return schema.kind;
    return schema && schema.subject !== representative?.digest ? [] : (referrers.get(digest) ?? []);
  });
  return distinctMarks([...marks, ...(representative?.attested ? ATTESTED : [])]);
}

export const ATTESTED: readonly string[] = ['attestation'];

export function distinctMarks(marks: readonly string[]): string[] {
  return [...new Set(marks)].sort();
}

/** When the newest of some tags was pushed, in milliseconds since 1970; 0 without any. */
export function newestPush(tags: readonly TagEntry[]): number {
  return tags.reduce((newest, { pushedAtMs }) => Math.max(newest, pushedAtMs), 0);
}
