import { fitTags } from '../index/fit-tags.ts';
import type { RepositoryRecord } from '../index/record.ts';
import { referrerTagOf } from '../storage/artefact/referrer.ts';
import type { ListedTag, RepositoryListing, StorageFault } from '../storage/layout.ts';
import type { ArtefactReader } from './artefact-reader.ts';
import { type Findings, findArtefact } from './find-artefact.ts';

export interface BuiltRecord {
  /** Undefined for a repository without a tag of its own. */
  readonly record: RepositoryRecord | undefined;
  /** The listing's, marked where something could not be read, so that the next comparison finds it changed. */
  readonly fingerprint: string;
  readonly faults: readonly StorageFault[];
}

/**
 * The record that a listing gives, with text, labels and platforms of its representative tag. Tags of referrers are not
 * among its tags and only leave their mark. Rejects only with what the storage rejects with.
 */
export async function buildRecord(
  artefacts: ArtefactReader,
  listing: RepositoryListing,
  signal: AbortSignal,
): Promise<BuiltRecord> {
  const findings = await findArtefact(artefacts, listing, signal);
  const tags = listing.tags.filter(({ name }) => !referrerTagOf(name) && !findings.referrers.includes(name));
  const record = tags.length === 0 ? undefined : fitTags(recordOf(listing, tags, findings));
  return {
    record,
    fingerprint: findings.faults.length === 0 ? listing.fingerprint : `${listing.fingerprint}?`,
    faults: [...findings.faults, ...leftOut(record, tags)],
  };
}

function leftOut(record: RepositoryRecord | undefined, { length: all }: readonly ListedTag[]): StorageFault[] {
  if (!record || record.tags.length === all) return [];
  const count = all - record.tags.length;
  return [{ key: record.name, reason: `its ${count} oldest tags of ${all} do not fit into an item of the table` }];
}

function recordOf(listing: RepositoryListing, tags: readonly ListedTag[], findings: Findings): RepositoryRecord {
  const { artefact, kinds } = findings;
  const suffixed = listing.tags.flatMap(({ name }) => referrerTagOf(name)?.kind ?? []);
  return {
    name: listing.name,
    title: artefact?.title,
    summary: artefact?.summary,
    labels: artefact?.labels ?? {},
    isPrivate: listing.isPrivate,
    platforms: artefact?.platforms ?? [],
    types: artefact ? [artefact.type] : [],
    referrers: [...new Set([...kinds, ...suffixed])].sort(),
    tags: tags.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((tag) => ({ ...tag, platforms: undefined })),
    pushedAtMs: tags.reduce((newest, { pushedAtMs }) => Math.max(newest, pushedAtMs), 0),
    createdAtMs: artefact?.createdAtMs,
  };
}
