import { type ArtefactConfig, configOf } from './config.ts';
import {
  digestOf,
  type JsonObject,
  objectOf,
  objectsOf,
  type Parsed,
  parseObject,
  sizeOf,
  stringOf,
} from './json-fields.ts';
import { type Labels, readLabels } from './labels.ts';
import type { Digest, Mark } from './manifest-facts.ts';
import { isUntold, marksOf } from './marks.ts';
import { bareType } from './media-types.ts';
import { normalPlatform } from './platform.ts';

export interface IndexChild {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
  /** In the normal form. */
  readonly platform: string | undefined;
  readonly artifactType: string | undefined;
  /** Set on what BuildKit attaches to an image within its index: the digest of that, or an empty text. */
  readonly attachedTo: Digest | undefined;
  /** What the descriptor says that it is to what it refers to; undefined where only the manifest itself says it. */
  readonly marks: readonly Mark[] | undefined;
}

interface Common {
  readonly mediaType: string | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Labels;
  /** Set when this refers to another manifest: a signature, an SBOM, an attestation, an accelerated image. */
  readonly subject: Digest | undefined;
}

/** A manifest, as far as it is of use. `legacy` is Docker's schema 1, or an image from before it. */
export type Manifest =
  | (Common & { readonly kind: 'index'; readonly children: readonly IndexChild[] })
  | (Common & { readonly kind: 'image'; readonly config: Descriptor | undefined; readonly layers: Layers })
  | { readonly kind: 'legacy'; readonly config: ArtefactConfig };

export type ImageManifest = Extract<Manifest, { kind: 'image' }>;
export type IndexManifest = Extract<Manifest, { kind: 'index' }>;

export interface Descriptor {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
  readonly sizeBytes: number | undefined;
}

/** What is wanted of layers, or of the blobs of an artefact. */
export interface Layers {
  /** Each once. */
  readonly types: readonly string[];
  /** Predicate types of in-toto statements in them, each once. */
  readonly predicates: readonly string[];
  /** Undefined where one of them has no size. */
  readonly sizeBytes: number | undefined;
  /** The first that is the archive of a Helm chart. */
  readonly archive: Descriptor | undefined;
}

/** Limits of one manifest; real ones have less. */
const MAX_LAYER_TYPES = 64;
const MAX_CHILDREN = 10_000;

/**
 * Recognises a manifest by its shape, which is surer than its media type: that is not stored beside it, and older clients
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
  if (isImageJson(json)) return { kind: 'legacy', config: configOf(json) };
  const common = commonOf(json);
  if (Array.isArray(json.manifests)) return { ...common, kind: 'index', children: childrenOf(json.manifests) };
  const config = descriptorOf(json.config);
  if (!config && !common.artifactType) return undefined;
  return { ...common, kind: 'image', config, layers: layersOf(json.layers ?? json.blobs) };
}

function commonOf(json: JsonObject): Common {
  return {
    mediaType: stringOf(json.mediaType),
    artifactType: stringOf(json.artifactType),
    annotations: readLabels(json.annotations),
    subject: digestOf(objectOf(json.subject).digest),
  };
}

function descriptorOf(value: unknown): Descriptor | undefined {
  const { mediaType, size, ...rest } = objectOf(value);
  const digest = digestOf(rest.digest);
  return digest === undefined ? undefined : { digest, mediaType: stringOf(mediaType), sizeBytes: sizeOf(size) };
}

function layersOf(value: unknown): Layers {
  const layers = objectsOf(value);
  const sizes = layers.map(({ size }) => sizeOf(size));
  const archives = layers.filter(({ mediaType }) => isChartArchive(stringOf(mediaType)));
  return {
    types: distinct(layers.map(({ mediaType }) => stringOf(mediaType))),
    predicates: distinct(layers.map(({ annotations }) => predicateOf(objectOf(annotations)))),
    sizeBytes: sizes.reduce((sum: number | undefined, size) => sumOf(sum, size), 0),
    archive: descriptorOf(archives[0]),
  };
}

/** BuildKit's annotation, and cosign's. */
function predicateOf(annotations: JsonObject): string | undefined {
  return stringOf(annotations['in-toto.io/predicate-type']) ?? stringOf(annotations.predicateType);
}

/** Helm's media type of an archive, and the one that Helm used before. */
function isChartArchive(type: string | undefined): boolean {
  const bare = bareType(type ?? '');
  return bare === 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' || bare === 'application/tar+gzip';
}

export function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))].slice(0, MAX_LAYER_TYPES);
}

function childrenOf(manifests: readonly unknown[]): IndexChild[] {
  return objectsOf(manifests.slice(0, MAX_CHILDREN)).flatMap((child) => {
    const digest = digestOf(child.digest);
    return digest === undefined ? [] : [{ digest, ...describeChild(child) }];
  });
}

function describeChild(child: JsonObject): Omit<IndexChild, 'digest'> {
  const artifactType = stringOf(child.artifactType);
  const annotations = readLabels(child.annotations);
  const isAttached = annotations.has('vnd.docker.reference.type');
  const attachment = { type: artifactType, annotations, layerTypes: [], predicates: [] };
  return {
    mediaType: stringOf(child.mediaType),
    platform: normalPlatform(objectOf(child.platform)),
    artifactType,
    attachedTo: isAttached ? (annotations.get('vnd.docker.reference.digest') ?? '') : undefined,
    marks: isUntold(artifactType, annotations) ? undefined : marksOf(attachment),
  };
}

/**
 * What docker-registry keeps of an image, before there were manifests: schema 1 carries the same as v1Compatibility.
 */
function isImageJson({ schemaVersion, id }: JsonObject): boolean {
  return schemaVersion === undefined && typeof id === 'string' && /^[0-9a-f]{64}$/.test(id);
}

/**
 * A schema 1 manifest carries its configs as JSON texts, the newest first; its own architecture stands in for theirs.
 */
function newestConfig({ history, architecture }: JsonObject): ArtefactConfig {
  const text = stringOf(objectsOf(history)[0]?.v1Compatibility) ?? '';
  const parsed = parseObject(Buffer.from(text), 'v1Compatibility');
  return configOf({ architecture, ...(parsed.kind === 'parsed' ? parsed.value : {}) });
}
