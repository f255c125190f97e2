import type { Digest } from '../layout.ts';
import { type ArtefactConfig, imageConfigOf } from './image-config.ts';
import { type JsonObject, objectOf, objectsOf, type Parsed, parseObject, stringOf } from './json.ts';
import { type Labels, readLabels } from './labels.ts';
import { platformOf } from './platform.ts';

export interface IndexChild {
  readonly digest: Digest;
  readonly platform: string | undefined;
  readonly artifactType: string | undefined;
  /** What BuildKit attaches to an image within its index. */
  readonly attestation: boolean;
}

interface Common {
  readonly artifactType: string | undefined;
  readonly annotations: Labels;
  /** Set when this belongs to another manifest: a signature, an SBOM, an attestation. */
  readonly subject: Digest | undefined;
}

/** A manifest, as far as it is of use: layers are not kept. `legacy` is Docker's schema 1, or an image from before it. */
export type Manifest =
  | (Common & { readonly kind: 'index'; readonly children: readonly IndexChild[] })
  | (Common & { readonly kind: 'image'; readonly config: ConfigDescriptor | undefined })
  | { readonly kind: 'legacy'; readonly config: ArtefactConfig };

export type ImageManifest = Extract<Manifest, { kind: 'image' }>;
export type IndexManifest = Extract<Manifest, { kind: 'index' }>;

export interface ConfigDescriptor {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
}

/** Bounds what an index with thousands of children takes of memory. */
const MAX_CHILDREN = 256;

/**
 * Tells a manifest by its shape, which is surer than its media type: that is not stored beside it, and older clients
 * leave it out. Anything else is malformed; never throws.
 */
export function parseManifest(bytes: Buffer): Parsed<Manifest> {
  const parsed = parseObject(bytes, 'manifest');
  if (parsed.kind === 'malformed') return parsed;
  const value = manifestOf(parsed.value);
  if (value) return { kind: 'parsed', value };
  return { kind: 'malformed', reason: 'the manifest is neither an index nor an image' };
}

function manifestOf(json: JsonObject): Manifest | undefined {
  if (json.schemaVersion === 1) return { kind: 'legacy', config: newestConfig(json) };
  if (isImageJson(json)) return { kind: 'legacy', config: imageConfigOf(json) };
  const common = commonOf(json);
  if (Array.isArray(json.manifests)) return { ...common, kind: 'index', children: childrenOf(json.manifests) };
  const config = configOf(json.config);
  return config || common.artifactType ? { ...common, kind: 'image', config } : undefined;
}

function commonOf(json: JsonObject): Common {
  return {
    artifactType: stringOf(json.artifactType),
    annotations: readLabels(json.annotations),
    subject: stringOf(objectOf(json.subject).digest),
  };
}

function configOf(value: unknown): ConfigDescriptor | undefined {
  const { digest, mediaType } = objectOf(value);
  const text = stringOf(digest);
  return text === undefined ? undefined : { digest: text, mediaType: stringOf(mediaType) };
}

function childrenOf(manifests: readonly unknown[]): IndexChild[] {
  return objectsOf(manifests.slice(0, MAX_CHILDREN)).flatMap((child) => {
    const digest = stringOf(child.digest);
    return digest === undefined ? [] : [{ digest, ...describeChild(child) }];
  });
}

function describeChild({ platform, artifactType, annotations }: JsonObject): Omit<IndexChild, 'digest'> {
  return {
    platform: platformOf(objectOf(platform)),
    artifactType: stringOf(artifactType),
    attestation: objectOf(annotations)['vnd.docker.reference.type'] === 'attestation-manifest',
  };
}

/** What docker-registry keeps of an image, before there were manifests: schema 1 carries the same as v1Compatibility. */
function isImageJson({ schemaVersion, id }: JsonObject): boolean {
  return schemaVersion === undefined && typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);
}

/** A schema 1 manifest carries its configs as JSON texts, the newest first; its own architecture stands in for theirs. */
function newestConfig({ history, architecture }: JsonObject): ArtefactConfig {
  const text = stringOf(objectsOf(history)[0]?.v1Compatibility) ?? '';
  const parsed = parseObject(Buffer.from(text), 'v1Compatibility');
  return imageConfigOf({ architecture, ...(parsed.kind === 'parsed' ? parsed.value : {}) });
}
