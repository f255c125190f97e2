import type { Artefact } from '../storage/artefact/describe.ts';
import { type ReferrerKind, referrerTagOf } from '../storage/artefact/referrer.ts';
import type { Digest, ListedTag, RepositoryListing, StorageFault } from '../storage/layout.ts';
import type { ArtefactReader, ReadArtefact } from './artefact-reader.ts';
import { rankTags } from './representative.ts';

/** What reading a repository's best tags has told. */
export interface Findings {
  readonly artefact: Artefact | undefined;
  readonly kinds: readonly ReferrerKind[];
  /** Names of tags whose manifest has a subject: they are no images. */
  readonly referrers: readonly string[];
  readonly faults: readonly StorageFault[];
}

/** Tags tried before a repository is indexed by its name and tags alone. */
const MAX_TRIES = 3;

const NOTHING: Findings = { artefact: undefined, kinds: [], referrers: [], faults: [] };

/** Reads the representative tag, the next best one where that cannot be read, and what is attached to it. */
export async function findArtefact(
  artefacts: ArtefactReader,
  listing: RepositoryListing,
  signal: AbortSignal,
): Promise<Findings> {
  const images = listing.tags.filter(({ name }) => !referrerTagOf(name));
  let findings = NOTHING;
  for (const tag of rankTags(images).slice(0, MAX_TRIES)) {
    findings = added(findings, tag, await artefacts.read({ name: listing.name, digest: tag.digest }, signal));
    if (!findings.artefact) continue;
    const kinds = await attachedTo(tag.digest, listing, (reference) => artefacts.readReferrers(reference, signal));
    return { ...findings, kinds: [...findings.kinds, ...kinds] };
  }
  return findings;
}

function added(findings: Findings, { name }: ListedTag, read: ReadArtefact): Findings {
  const { kinds, referrers, faults } = findings;
  if (read.kind === 'unreadable') return { ...findings, faults: [...faults, read.fault] };
  if (read.kind === 'referrer')
    return { ...findings, kinds: [...kinds, ...read.kinds], referrers: [...referrers, name] };
  const marks: ReferrerKind[] = read.attested ? ['attestation'] : [];
  return { ...findings, artefact: read.artefact, kinds: [...kinds, ...marks], faults: [...faults, ...read.faults] };
}

type ReadReferrers = (reference: { name: string; digest: Digest }) => Promise<readonly ReferrerKind[]>;

/** OCI's tag schema: `sha256-<hex>` points to an index of all that refers to that digest. */
async function attachedTo(subject: Digest, { name, tags }: RepositoryListing, readReferrers: ReadReferrers) {
  const index = tags.find((tag) => {
    const referrer = referrerTagOf(tag.name);
    return referrer?.subject === subject && referrer.kind === undefined;
  });
  return index ? readReferrers({ name, digest: index.digest }) : [];
}
