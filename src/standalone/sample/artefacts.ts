import { createHash } from 'node:crypto';

/** Bytes that are named by their digest. */
export interface Blob {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/**
 * What is pushed under one tag. The tag points to the last of `manifests`; the others are its children.
 */
export interface Artefact {
  readonly manifests: readonly [...Blob[], Blob];
  /** Configs and layers. */
  readonly blobs: readonly Blob[];
}

export interface ImageOptions {
  /** Such as `linux/amd64` or `linux/arm64/v8`; several make an index. */
  readonly platforms: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the index, or of the one manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created: Date;
  /** Written into the layer, so that versions differ. */
  readonly content: string;
}

const OCI = 'application/vnd.oci.image';
const MANIFEST = `${OCI}.manifest.v1+json`;
const INDEX = `${OCI}.index.v1+json`;
const LAYER = `${OCI}.layer.v1.tar`;
const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json';
const HELM_CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

export function blobOf(mediaType: string, content: Buffer | string): Blob {
  const bytes = Buffer.from(content);
  return { mediaType, bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

/** An image, or an index of one image a platform. */
export function image({ platforms, labels = {}, annotations, created, content }: ImageOptions): Artefact {
  const singles = platforms.map((platform) => imageFor(platform, { labels, created, content }));
  const [only] = singles;
  if (only && singles.length === 1) {
    const manifest = imageManifest({ ...only, annotations });
    return { manifests: [manifest], blobs: [only.config, only.layer] };
  }
  const children = singles.map((single) => ({ manifest: imageManifest(single), platform: single.platform }));
  const manifests = children.map(({ manifest, platform }) => ({ ...descriptor(manifest), platform }));
  const index = json(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests, annotations });
  return {
    manifests: [...children.map(({ manifest }) => manifest), index],
    blobs: singles.flatMap(({ config, layer }) => [config, layer]),
  };
}

/** A Helm chart: its config is Chart.yaml as JSON. */
export function helmChart(chart: Readonly<Record<string, unknown>>): Artefact {
  const config = json(HELM_CONFIG, chart);
  const layer = blobOf(HELM_CHART, `chart of ${JSON.stringify(chart)}`);
  return { manifests: [manifestOf({ config, layers: [layer] })], blobs: [config, layer] };
}

/** An artefact of a type of its own. */
export function typed(artifactType: string, content: string): Artefact {
  const config = json('application/vnd.oci.empty.v1+json', {});
  const layer = blobOf(artifactType, content);
  return { manifests: [manifestOf({ artifactType, config, layers: [layer] })], blobs: [config, layer] };
}

/** A signature as cosign stores it: a manifest of its own that names the signed one as its subject. */
export function signature(subject: Blob): Artefact {
  const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
  const config = json('application/vnd.oci.empty.v1+json', {});
  const layer = blobOf('application/vnd.dev.cosign.simplesigning.v1+json', `signature of ${subject.digest}`);
  const manifest = manifestOf({ artifactType, config, layers: [layer], subject: descriptor(subject) });
  return { manifests: [manifest], blobs: [config, layer] };
}

/** What a tag of the artefact points to. */
export function tagged({ manifests }: Artefact): Blob {
  const [last, ...rest] = manifests.toReversed();
  return last ?? rest[0] ?? manifests[0];
}

interface SingleImage {
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly config: Blob;
  readonly layer: Blob;
  readonly annotations?: ImageOptions['annotations'];
}

function imageFor(
  text: string,
  { labels, created, content }: Required<Pick<ImageOptions, 'labels' | 'created' | 'content'>>,
): SingleImage {
  const [os = '', architecture = '', variant] = text.split('/');
  const platform = { os, architecture, ...(variant ? { variant } : {}) };
  const layer = blobOf(LAYER, `${content} for ${text}`);
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = { ...platform, created: created.toISOString(), config: { Labels: labels }, rootfs };
  return { platform, layer, config: json(`${OCI}.config.v1+json`, config) };
}

function imageManifest({ config, layer, annotations }: SingleImage): Blob {
  return manifestOf({ config, layers: [layer], annotations });
}

interface ManifestParts {
  readonly config: Blob;
  readonly layers: readonly Blob[];
  readonly artifactType?: string;
  readonly subject?: object;
  readonly annotations?: ImageOptions['annotations'];
}

function manifestOf({ config, layers, ...others }: ManifestParts): Blob {
  return json(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...others,
  });
}

function descriptor({ mediaType, digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length };
}

function json(mediaType: string, value: unknown): Blob {
  return blobOf(mediaType, JSON.stringify(value));
}
