import { mapOrdered } from '../../async/map-ordered.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import type { ArtefactReader } from '../artefacts/reader.ts';

/** Manifests of one repository read at once. */
const READS_AT_ONCE = 16;

/** Reads manifests without their text; begins them in this order. Rejects only with what the storage rejects with. */
export async function readManifests(
  artefacts: ArtefactReader,
  digests: Iterable<Digest>,
  signal: AbortSignal,
): Promise<Map<Digest, InspectedManifest>> {
  const found = new Map<Digest, InspectedManifest>();
  const read = async (digest: Digest) => [digest, await artefacts.readFacts(digest, signal)] as const;
  for await (const [digest, inspected] of mapOrdered(digests, READS_AT_ONCE, read)) found.set(digest, inspected);
  return found;
}
