import { mayPass } from '../../api/fault.ts';
import { type ArtefactConfig, parseConfig } from '../../oci/config.ts';
import { type ArtefactKind, isAuxiliaryType, isDockerImage, kindOf } from '../../oci/kinds.ts';
import { type ImageManifest, type Manifest, parseManifest, sumOf } from '../../oci/manifest.ts';
import type { Digest, ManifestProblem } from '../../oci/manifest-facts.ts';
import { isHelmProvenance } from '../../oci/marks.ts';
import type { BlobReader, ReadBlob } from './blob-reader.ts';
import { resolveIndex } from './resolve-index.ts';
import type { Descent, Resolved } from './resolved.ts';

export interface BlobReaders {
  readonly readManifest: BlobReader<Manifest>;
  readonly readConfig: BlobReader<ArtefactConfig>;
}

/** Blobs read for one tag. Real indexes list platforms, so only hostile ones need more. */
const MAX_BLOBS = 64;
const MAX_DEPTH = 6;

function createDescent({ readManifest, readConfig }: BlobReaders, signal: AbortSignal): Descent {
  let left = MAX_BLOBS;
  const spend = () => {
    left -= 1;
    return left >= 0;
  };
  return {
    manifest: async (digest) => (spend() ? readManifest({ digest, parse: parseManifest }, signal) : undefined),
    config: async (digest, what) =>
      spend() ? readConfig({ digest, parse: (bytes) => parseConfig(bytes, what) }, signal) : undefined,
  };
}

/**
 * Reads the manifest of a tag with its config and, for an index, its children, within limits; a problem where nothing
 * could be read. Rejects only with what the storage rejects with.
 */
export async function resolveManifest(
  readers: BlobReaders,
  digest: Digest,
  signal: AbortSignal,
): Promise<Resolved | ManifestProblem> {
  const resolved = await resolveDigest(createDescent(readers, signal), digest, 0);
  return resolved ?? { kind: 'Unsupported', digest, reason: 'the manifest was not read' };
}

/** Undefined when the limit of reads is reached. */
async function resolveDigest(
  descent: Descent,
  digest: Digest,
  depth: number,
): Promise<Resolved | ManifestProblem | undefined> {
  if (depth > MAX_DEPTH)
    return { kind: 'Unsupported', digest, reason: `there are more than ${MAX_DEPTH} indexes above it` };
  const read = await descent.manifest(digest);
  if (read?.kind !== 'parsed') return read && problemOf(digest, read);
  const manifest = read.value;
  if (manifest.kind === 'legacy') return resolvedImage(manifest, manifest.config);
  if (manifest.kind === 'image') return resolveImage(descent, manifest);
  const resolveChild = (child: Digest) => resolveDigest(descent, child, depth + 1);
  return resolveIndex(manifest, { descent, resolveChild });
}

async function resolveImage(descent: Descent, manifest: ImageManifest): Promise<Resolved> {
  const kind = kindOf(manifest);
  const { config } = manifest;
  const what = kind.kind === 'chart' ? 'chart' : 'image config';
  const read = config && kind.kind !== 'artefact' ? await descent.config(config.digest, what) : undefined;
  const parsed = read?.kind === 'parsed' ? read.value : undefined;
  const problem = config && read?.kind === 'unusable' ? problemOf(config.digest, read) : undefined;
  return resolvedAs(manifest, { kind, config: parsed, problem });
}

interface ReadConfig {
  readonly kind: ArtefactKind;
  readonly config: ArtefactConfig | undefined;
  readonly problem: ManifestProblem | undefined;
}

/** A manifest of an unknown type is an image if its config is one; a config that is not JSON is then no fault. */
function resolvedAs(manifest: ImageManifest, { kind: { kind, type }, config, problem }: ReadConfig): Resolved {
  const isOpen = problem !== undefined && mayPass(problem.kind);
  const isImage = kind === 'image' || (kind === 'image?' && (config?.isImage || (!config && isDockerImage(manifest))));
  if (isImage) return { ...resolvedImage(manifest, config), problems: problem ? [problem] : [] };
  if (kind === 'image?') return { ...resolvedArtefact(manifest, type), problems: isOpen ? [problem] : [] };
  if (kind !== 'chart') return resolvedArtefact(manifest, type);
  const malformed = config && !config.chart ? problemOfChart(manifest) : problem;
  return { ...resolvedChart(manifest, config), problems: malformed ? [malformed] : [] };
}

const ALONE = { carries: [], children: [], referrers: undefined, problems: [] } as const;

function resolvedImage(manifest: Manifest, config: ArtefactConfig | undefined): Resolved {
  return {
    ...ALONE,
    kind: 'image',
    type: 'image',
    isAuxiliary: false,
    manifests: [manifest],
    config,
    platforms: config?.platform === undefined ? [] : [config.platform],
    sizeBytes: sizeOfImage(manifest),
    archive: undefined,
  };
}

/** A signed chart has its provenance file as a layer. */
function resolvedChart(manifest: ImageManifest, config: ArtefactConfig | undefined): Resolved {
  const isSigned = manifest.layers.types.some(isHelmProvenance);
  return {
    ...resolvedArtefact(manifest, 'helm'),
    kind: 'chart',
    isAuxiliary: false,
    config,
    archive: manifest.layers.archive,
    carries: isSigned ? ['signature'] : [],
  };
}

function resolvedArtefact(manifest: ImageManifest, type: string): Resolved {
  return {
    ...ALONE,
    kind: 'artefact',
    type,
    isAuxiliary: manifest.subject !== undefined || isAuxiliaryType(type),
    manifests: [manifest],
    config: undefined,
    platforms: [],
    sizeBytes: sizeOfImage(manifest),
    archive: undefined,
  };
}

function sizeOfImage(manifest: Manifest): number | undefined {
  if (manifest.kind !== 'image') return undefined;
  return sumOf(manifest.config ? manifest.config.sizeBytes : 0, manifest.layers.sizeBytes);
}

function problemOfChart({ config }: ImageManifest): ManifestProblem {
  return { kind: 'Malformed', digest: config?.digest ?? '', reason: 'the config is not the Chart.yaml of a chart' };
}

function problemOf(
  digest: Digest,
  { fault, reason }: Extract<ReadBlob<unknown>, { kind: 'unusable' }>,
): ManifestProblem {
  return { kind: fault, digest, reason };
}
