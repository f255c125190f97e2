import type { StorageFault } from '../api/fault.ts';
import { type Artefact, type ArtefactParts, describeArtefact, platformsToldBy } from '../storage/artefact/describe.ts';
import type { ArtefactConfig } from '../storage/artefact/image-config.ts';
import { kindOf, spokesmanOf } from '../storage/artefact/kinds.ts';
import { type ImageManifest, type IndexManifest, type Manifest, parseManifest } from '../storage/artefact/manifest.ts';
import { type ReferrerKind, referrerKindsOf } from '../storage/artefact/referrer.ts';
import type { Digest, Layout } from '../storage/layout.ts';
import { createBlobReader, type ReadBlob } from './blob-reader.ts';
import { createPlatformMemo } from './platform-memo.ts';

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
  | NoArtefact;

/** The platforms of a tag and nothing else. */
export type ReadPlatforms =
  | { readonly kind: 'platforms'; readonly platforms: readonly string[]; readonly faults: StorageFault[] }
  | NoArtefact;

type NoArtefact =
  | { readonly kind: 'referrer'; readonly kinds: readonly ReferrerKind[] }
  | { readonly kind: 'unreadable'; readonly fault: StorageFault };

/** Reads what digests name. Rejects only with what the storage rejects with. */
export interface ArtefactReader {
  read(reference: Reference, signal: AbortSignal): Promise<ReadArtefact>;
  /** By the manifest alone where that names them: an index does, and what is no image has none. */
  readPlatforms(reference: Reference, signal: AbortSignal): Promise<ReadPlatforms>;
  /** What an index of referrers lists; nothing when it cannot be read. */
  readReferrers(reference: Reference, signal: AbortSignal): Promise<readonly ReferrerKind[]>;
}

/** The limit of registries for manifests; a longer one could not have been pushed to them. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_CONFIG_BYTES = 8 * 1024 * 1024;

/** Reads artefacts by one request a blob, and remembers the blobs and what runs where; one reader serves a whole process. */
export function createArtefactReader(layout: Layout): ArtefactReader {
  const readManifest = createBlobReader<Manifest>({ layout, what: 'manifest', maxBytes: MAX_MANIFEST_BYTES });
  const readConfig = createBlobReader<ArtefactConfig>({ layout, what: 'config', maxBytes: MAX_CONFIG_BYTES });

  const memo = createPlatformMemo();

  /** What could not be read in full may be mended, and is read again. */
  const told = (digest: Digest, platforms: readonly string[], faults: StorageFault[]): ReadPlatforms => {
    if (faults.length === 0) memo.remember(digest, platforms);
    return { kind: 'platforms', platforms, faults };
  };

  async function readImage({ name }: Reference, manifest: ImageManifest, signal: AbortSignal): Promise<Described> {
    const { type, parseConfig } = kindOf(manifest);
    const parts = { type, index: undefined, manifest, config: undefined };
    if (!manifest.config || !parseConfig) return { parts, faults: [] };
    const { digest } = manifest.config;
    const config = await readConfig({ digest, parse: parseConfig }, signal);
    if (config.kind === 'unusable') return { parts, faults: [faultOf({ name, digest }, config)] };
    return { parts: { ...parts, config: config.value }, faults: [] };
  }

  async function readIndex({ name }: Reference, index: IndexManifest, signal: AbortSignal): Promise<Described> {
    const parts = { type: index.artifactType ?? 'image', index, manifest: undefined, config: undefined };
    const child = spokesmanOf(index);
    if (!child) return { parts, faults: [] };
    const manifest = await readManifest({ digest: child.digest, parse: parseManifest }, signal);
    if (manifest.kind === 'unusable') return { parts, faults: [faultOf({ name, ...child }, manifest)] };
    if (manifest.value.kind !== 'image') return { parts, faults: [] };
    const image = await readImage({ name, ...child }, manifest.value, signal);
    return { parts: { ...image.parts, index, type: index.artifactType ?? image.parts.type }, faults: image.faults };
  }

  async function describe(reference: Reference, manifest: Manifest, signal: AbortSignal): Promise<Described> {
    if (manifest.kind === 'index') return readIndex(reference, manifest, signal);
    if (manifest.kind === 'image') return readImage(reference, manifest, signal);
    return { parts: { type: 'image', index: undefined, manifest, config: manifest.config }, faults: [] };
  }

  async function readTagged(reference: Reference, signal: AbortSignal): Promise<Tagged> {
    const read = await readManifest({ digest: reference.digest, parse: parseManifest }, signal);
    if (read.kind === 'unusable') return { kind: 'unreadable', fault: faultOf(reference, read) };
    const manifest = read.value;
    if (manifest.kind !== 'legacy' && manifest.subject) return { kind: 'referrer', kinds: referrerKindsOf(manifest) };
    return { kind: 'manifest', manifest };
  }

  return {
    async read(reference, signal) {
      const read = await readTagged(reference, signal);
      if (read.kind !== 'manifest') return read;
      const { parts, faults } = await describe(reference, read.manifest, signal);
      const artefact = describeArtefact(parts);
      told(reference.digest, artefact.platforms, faults);
      return { kind: 'artefact', artefact, attested: isAttested(read.manifest), faults };
    },
    async readPlatforms(reference, signal) {
      const { digest } = reference;
      const known = memo.recall(digest);
      if (known) return { kind: 'platforms', platforms: known, faults: [] };
      const read = await readTagged(reference, signal);
      if (read.kind !== 'manifest') return read;
      const named = platformsWithoutConfig(read.manifest);
      if (named) return told(digest, named, []);
      const { parts, faults } = await describe(reference, read.manifest, signal);
      return told(digest, describeArtefact(parts).platforms, faults);
    },
    async readReferrers({ digest }, signal) {
      const read = await readManifest({ digest, parse: parseManifest }, signal);
      return read.kind === 'parsed' ? referrerKindsOf(read.value) : [];
    },
  };
}

type Unusable = Extract<ReadBlob<unknown>, { kind: 'unusable' }>;
type Tagged = NoArtefact | { readonly kind: 'manifest'; readonly manifest: Manifest };

interface Described {
  readonly parts: ArtefactParts;
  readonly faults: StorageFault[];
}

function isAttested(manifest: Manifest): boolean {
  return manifest.kind === 'index' && manifest.children.some(({ attestation }) => attestation);
}

/** Undefined where only a config knows. */
function platformsWithoutConfig(manifest: Manifest): string[] | undefined {
  if (manifest.kind === 'image') return kindOf(manifest).type === 'image' ? undefined : [];
  const told = manifest.kind === 'index' ? platformsToldBy(manifest) : [];
  return told.length > 0 ? told : undefined;
}

/** Named as people name it, for where a blob lies is the layout's business. */
function faultOf({ name, digest }: Reference, { fault, reason }: Unusable): StorageFault {
  return { kind: fault, key: `${name}@${digest}`, reason };
}
