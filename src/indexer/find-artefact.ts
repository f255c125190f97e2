import type { StorageFault } from '../api/fault.ts';
import { type ReferrerKind, referrerTagOf } from '../storage/artefact/referrer.ts';
import type { Digest, ListedTag } from '../storage/layout.ts';
import type { ArtefactReader, ReadArtefact } from './artefact-reader.ts';
import type { Known } from './known.ts';
import { rankTags } from './representative.ts';

/** What is known after reading, and what could not be read. */
export interface Findings extends Known {
  readonly faults: readonly StorageFault[];
}

/** The tags of one repository. */
export interface TagList {
  readonly name: string;
  readonly tags: readonly ListedTag[];
}

/** Tags tried before a repository is indexed by its name and tags alone. */
const MAX_TRIES = 3;

/** Finds the tag that speaks for a repository: the best one, or the next best where that cannot be read. */
export async function findArtefact(
  artefacts: ArtefactReader,
  { name, tags, known }: TagList & { readonly known: Known },
  signal: AbortSignal,
): Promise<Findings> {
  let findings: Findings = { ...known, representative: undefined, faults: [] };
  const images = tags.filter((tag) => !referrerTagOf(tag.name) && !known.referrers.has(tag.digest));
  for (const tag of rankTags(images).slice(0, MAX_TRIES)) {
    if (tag.digest === known.representative?.digest)
      return { ...findings, representative: { ...known.representative, tag: tag.name } };
    findings = added(findings, tag, await artefacts.read({ name, digest: tag.digest }, signal));
    if (findings.representative) break;
  }
  return findings;
}

function added(findings: Findings, { name, digest }: ListedTag, read: ReadArtefact): Findings {
  const { platforms, referrers } = findings;
  if (read.kind === 'referrer') return { ...findings, referrers: new Map([...referrers, [digest, read.kinds]]) };
  const faults = [...findings.faults, ...(read.kind === 'unreadable' ? [read.fault] : read.faults)];
  if (read.kind === 'unreadable') return { ...findings, platforms: new Map([...platforms, [digest, []]]), faults };
  const { artefact, attested } = read;
  return {
    ...findings,
    representative: { tag: name, digest, artefact, attested },
    platforms: new Map([...platforms, [digest, artefact.platforms]]),
    faults,
  };
}

/** What OCI's tag schema attaches to an image: `sha256-<hex>` points to an index of all that refers to that digest. */
export async function readAttached(
  artefacts: ArtefactReader,
  { name, tags, findings }: TagList & { readonly findings: Findings },
  signal: AbortSignal,
): Promise<Findings> {
  const digest = findings.representative && indexOfReferrers(tags, findings.representative.digest);
  if (digest === undefined || findings.referrers.has(digest)) return findings;
  const kinds: readonly ReferrerKind[] = await artefacts.readReferrers({ name, digest }, signal);
  return { ...findings, referrers: new Map([...findings.referrers, [digest, kinds]]) };
}

function indexOfReferrers(tags: readonly ListedTag[], subject: Digest): Digest | undefined {
  const index = tags.find((tag) => {
    const referrer = referrerTagOf(tag.name);
    return referrer?.subject === subject && referrer.kind === undefined;
  });
  return index?.digest;
}
