import { digestKey, digestTagOf, tellsMore } from '../../oci/companion.ts';
import type { Digest } from '../../oci/manifest-facts.ts';
import type { ListedTag, RepositoryListing } from '../../storage/layout.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';
import { draftOf, type RecordDraft } from './derive.ts';
import type { Known, ManifestsByDigest } from './known.ts';
import { findRepresentative } from './representative.ts';

/**
 * Builds the record of a listing: reads the representative tag and what is attached to it; of other tags it takes what
 * is known already. Rejects only with what the storage rejects with.
 */
export async function buildRecord(
  artefacts: ArtefactReader,
  { listing, known }: { readonly listing: RepositoryListing; readonly known: Known },
  signal: AbortSignal,
): Promise<RecordDraft> {
  const { tags } = listing;
  const found = await findRepresentative(artefacts, { tags, known }, signal);
  const attached = found.representative ? attachedTo(tags, found.representative.digest) : [];
  const manifests = await readMore(artefacts, { digests: attached, manifests: found.manifests }, signal);
  return draftOf({ listing, tags, known: { ...found, manifests: ofTags(manifests, tags) } });
}

/** Digests of companions of `subject` that have to be read: lists of referrers, and attestations. */
export function attachedTo(tags: readonly ListedTag[], subject: Digest): Digest[] {
  return tags.filter(tellsMore).flatMap(({ name, digest }) => {
    const named = digestTagOf(name);
    return named && digestKey(named.subject) === digestKey(subject) ? [digest] : [];
  });
}

interface Unread {
  readonly digests: readonly Digest[];
  readonly manifests: ManifestsByDigest;
}

async function readMore(artefacts: ArtefactReader, { digests, manifests }: Unread, signal: AbortSignal) {
  if (digests.length === 0) return manifests;
  const more = new Map(manifests);
  for (const digest of digests) if (!more.has(digest)) more.set(digest, await artefacts.readFacts(digest, signal));
  return more;
}

/** Drops manifests that no tag points to any more. */
function ofTags(manifests: ManifestsByDigest, tags: readonly ListedTag[]): ManifestsByDigest {
  const digests = new Set(tags.map(({ digest }) => digest));
  return new Map([...manifests].filter(([digest]) => digests.has(digest)));
}
