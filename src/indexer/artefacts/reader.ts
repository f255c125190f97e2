import type { Artefact } from '../../oci/artefact.ts';
import type { ArtefactConfig } from '../../oci/config.ts';
import type { Manifest } from '../../oci/manifest.ts';
import type { Digest, InspectedManifest } from '../../oci/manifest-facts.ts';
import type { Layout } from '../../storage/layout.ts';
import { createBlobReader } from './blob-reader.ts';
import { describeResolved } from './describe.ts';
import { createManifestCache } from './manifest-cache.ts';
import { resolveManifest } from './resolve-manifest.ts';
import { isProblem } from './resolved.ts';

/** A manifest with what is stored of it, and the text for a repository that it represents. */
export interface ReadManifest {
  readonly inspected: InspectedManifest;
  /** Undefined where nothing could be read. */
  readonly artefact: Artefact | undefined;
}

/**
 * Reads manifests with their configs and, for an index, its children. Rejects only with what the storage rejects with.
 */
export interface ArtefactReader {
  read(digest: Digest, signal: AbortSignal): Promise<ReadManifest>;
  /** What is read of a manifest without its text, from the cache where another repository has the same manifest. */
  readFacts(digest: Digest, signal: AbortSignal): Promise<InspectedManifest>;
}

/** Registries refuse larger manifests. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** One GET a blob, with caches of blobs and manifests; one reader serves a whole process. */
export function createArtefactReader(layout: Layout): ArtefactReader {
  const readers = {
    readManifest: createBlobReader<Manifest>({ layout, what: 'manifest', maxBytes: MAX_MANIFEST_BYTES }),
    readConfig: createBlobReader<ArtefactConfig>({ layout, what: 'config', maxBytes: MAX_CONFIG_BYTES }),
  };
  const cache = createManifestCache();

  const read = async (digest: Digest, signal: AbortSignal): Promise<ReadManifest> => {
    const resolved = await resolveManifest(readers, digest, signal);
    if (isProblem(resolved)) return { inspected: { facts: undefined, problems: [resolved] }, artefact: undefined };
    const { facts, artefact } = describeResolved(resolved);
    const inspected = { facts, problems: resolved.problems };
    cache.add(digest, inspected);
    return { inspected, artefact };
  };

  return {
    read,
    readFacts: async (digest, signal) => cache.get(digest) ?? (await read(digest, signal)).inspected,
  };
}
