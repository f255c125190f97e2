import { type Artefact, type ArtefactParts, describeArtefact } from '../storage/artefact/describe.ts';
import type { ArtefactConfig } from '../storage/artefact/image-config.ts';
import { kindOf, spokesmanOf } from '../storage/artefact/kinds.ts';
import { type ImageManifest, type IndexManifest, type Manifest, parseManifest } from '../storage/artefact/manifest.ts';
import { type ReferrerKind, referrerKindsOf } from '../storage/artefact/referrer.ts';
import type { Digest, Layout, StorageFault } from '../storage/layout.ts';
import { createBlobReader } from './blob-reader.ts';

export interface Reference {
  readonly name: string;
  readonly digest: Digest;
}

/** What a tag turned out to be. With `faults`, something below its manifest could not be read. */
export type ReadArtefact =
  | {
      readonly kind: 'artefact';
      readonly artefact: Artefact;
      readonly attested: boolean;
      readonly faults: StorageFault[];
    }
  | { readonly kind: 'referrer'; readonly kinds: readonly ReferrerKind[] }
  | { readonly kind: 'unreadable'; readonly fault: StorageFault };

export interface ArtefactReader {
  /** What a digest names. Rejects only with what the storage rejects with. */
  read(reference: Reference, signal: AbortSignal): Promise<ReadArtefact>;
  /** What an index of referrers lists; nothing when it cannot be read. */
  readReferrers(reference: Reference, signal: AbortSignal): Promise<readonly ReferrerKind[]>;
}

/** The limit of registries for manifests; a longer one could not have been pushed to them. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** Reads artefacts by one request a blob, and remembers the blobs; one reader serves a whole process. */
export function createArtefactReader(layout: Layout): ArtefactReader {
  const readManifest = createBlobReader<Manifest>({ layout, what: 'manifest', maxBytes: MAX_MANIFEST_BYTES });
  const readConfig = createBlobReader<ArtefactConfig>({ layout, what: 'config', maxBytes: MAX_CONFIG_BYTES });

  async function readImage({ name }: Reference, manifest: ImageManifest, signal: AbortSignal): Promise<Described> {
    const { type, parseConfig } = kindOf(manifest);
    const parts = { type, index: undefined, manifest, config: undefined };
    if (!manifest.config || !parseConfig) return { parts, faults: [] };
    const { digest } = manifest.config;
    const config = await readConfig({ digest, parse: parseConfig }, signal);
    if (config.kind === 'malformed') return { parts, faults: [faultOf({ name, digest }, config.reason)] };
    return { parts: { ...parts, config: config.value }, faults: [] };
  }

  async function readIndex({ name }: Reference, index: IndexManifest, signal: AbortSignal): Promise<Described> {
    const parts = { type: index.artifactType ?? 'image', index, manifest: undefined, config: undefined };
    const child = spokesmanOf(index);
    if (!child) return { parts, faults: [] };
    const manifest = await readManifest({ digest: child.digest, parse: parseManifest }, signal);
    if (manifest.kind === 'malformed') return { parts, faults: [faultOf({ name, ...child }, manifest.reason)] };
    if (manifest.value.kind !== 'image') return { parts, faults: [] };
    const image = await readImage({ name, ...child }, manifest.value, signal);
    return { parts: { ...image.parts, index, type: index.artifactType ?? image.parts.type }, faults: image.faults };
  }

  async function describe(reference: Reference, manifest: Manifest, signal: AbortSignal): Promise<Described> {
    if (manifest.kind === 'index') return readIndex(reference, manifest, signal);
    if (manifest.kind === 'image') return readImage(reference, manifest, signal);
    return { parts: { type: 'image', index: undefined, manifest, config: manifest.config }, faults: [] };
  }

  return {
    async read(reference, signal) {
      const read = await readManifest({ digest: reference.digest, parse: parseManifest }, signal);
      if (read.kind === 'malformed') return { kind: 'unreadable', fault: faultOf(reference, read.reason) };
      const manifest = read.value;
      if (manifest.kind !== 'legacy' && manifest.subject) return { kind: 'referrer', kinds: referrerKindsOf(manifest) };
      const { parts, faults } = await describe(reference, manifest, signal);
      return { kind: 'artefact', artefact: describeArtefact(parts), attested: isAttested(manifest), faults };
    },
    async readReferrers({ digest }, signal) {
      const read = await readManifest({ digest, parse: parseManifest }, signal);
      return read.kind === 'parsed' ? referrerKindsOf(read.value) : [];
    },
  };
}

interface Described {
  readonly parts: ArtefactParts;
  readonly faults: StorageFault[];
}

function isAttested(manifest: Manifest): boolean {
  return manifest.kind === 'index' && manifest.children.some(({ attestation }) => attestation);
}

/** Named as people name it, for where a blob lies is the layout's business. */
function faultOf({ name, digest }: Reference, reason: string): StorageFault {
  return { key: `${name}@${digest}`, reason };
}
