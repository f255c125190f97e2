import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createArtefactReader } from '../../../src/indexer/artefacts/reader.ts';
import { buildRecord } from '../../../src/indexer/repository/build.ts';
import { completeRecord } from '../../../src/indexer/repository/complete.ts';
import { NOTHING_KNOWN } from '../../../src/indexer/repository/known.ts';
import {
  type Artefact,
  type Blob,
  blobOf,
  helmChart,
  image,
  tagged,
} from '../../../src/standalone/sample/artefacts.ts';
import { openLayout, openStorage } from '../../../src/storage/open.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';

const BUCKET = 'shapes';
const TITLE = 'org.opencontainers.image.title';
const OCI = 'application/vnd.oci.image';
const CACHE = 'application/vnd.buildkit.cacheconfig.v0';
const running = new AbortController().signal;

let s3: S3Server;
let registry: Registry;

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: [BUCKET] });
  registry = await startRegistry({ s3, bucket: BUCKET });
});

afterAll(async () => {
  await registry?.stop();
  await s3?.stop();
});

const imageOf = (title: string, platforms = ['linux/amd64']): Artefact =>
  image({ platforms, labels: { [TITLE]: title }, content: title, created: new Date('2026-01-01T00:00:00Z') });

const json = (mediaType: string, value: object): Blob => blobOf(mediaType, JSON.stringify({ mediaType, ...value }));
const pointTo = ({ mediaType, digest, bytes }: Blob, more: object = {}) => ({
  mediaType,
  digest,
  size: bytes.length,
  ...more,
});

/** An index, or a manifest of another kind, above what some artefacts are. */
function above(top: Blob, ...below: readonly Artefact[]): Artefact {
  return {
    manifests: [...below.flatMap(({ manifests }) => manifests), top],
    blobs: below.flatMap(({ blobs }) => blobs),
  };
}

function indexOf(manifests: readonly object[]): Blob {
  return json(`${OCI}.index.v1+json`, { schemaVersion: 2, manifests });
}

/** A manifest of layers that are no files of an image, or of a subject. */
function attachmentOf(layer: Blob, more: { annotations?: object; manifest?: object } = {}): Artefact {
  const config = blobOf('application/vnd.oci.empty.v1+json', '{}');
  const layers = [pointTo(layer, { annotations: more.annotations })];
  const manifest = json(`${OCI}.manifest.v1+json`, {
    schemaVersion: 2,
    config: pointTo(config),
    layers,
    ...more.manifest,
  });
  return { manifests: [manifest], blobs: [config, layer] };
}

const digestTag = (artefact: Artefact, suffix = '') => `${tagged(artefact).digest.replace(':', '-')}${suffix}`;

/** The record of a repository as the registry has written it into the bucket, read by a process that knows nothing. */
async function recordOf(name: string) {
  const source = {
    kind: 's3',
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    forcePathStyle: true,
    rootDirectory: '',
    layout: 'V2',
  } as const;
  const storage = openStorage(source, s3);
  const layout = openLayout({ storage, source, now: Date.now });
  const artefacts = createArtefactReader(layout);
  const listing = await layout.listRepository(name, running);
  const built = await buildRecord(artefacts, { listing, known: NOTHING_KNOWN }, running);
  const { record, faults } = await completeRecord(artefacts, built, running);
  return { ...record, tags: record.tags.map((tag) => tag.name), faults };
}

describe('what real registries store is read as what it is', () => {
  test('an index of indexes', async () => {
    const [amd, arm] = [imageOf('Nested'), imageOf('Nested', ['linux/arm64'])];
    const on = (architecture: string) => ({ platform: { os: 'linux', architecture } });
    const [forAmd, forArm] = [
      indexOf([pointTo(tagged(amd), on('amd64'))]),
      indexOf([pointTo(tagged(arm), on('arm64'))]),
    ];
    const top = indexOf([pointTo(forAmd), pointTo(forArm)]);
    const nested = { ...above(top, amd, arm), manifests: [tagged(amd), tagged(arm), forAmd, forArm, top] as const };
    await push(registry.url, 'nested', 'latest', { ...nested, manifests: [...nested.manifests] });
    expect(await recordOf('nested')).toMatchObject({
      title: 'Nested',
      types: ['image'],
      platforms: ['linux/amd64', 'linux/arm64'],
      faults: [],
    });
  });

  /**
   * An image by its manifest, as BuildKit writes it for registries that take no layers in an index, such as this one.
   */
  test('a cache beside an image, and alone', async () => {
    const layer = blobOf(`${OCI}.layer.v1.tar+gzip`, 'cached');
    const config = blobOf(CACHE, JSON.stringify({ layers: [] }));
    const parts = { schemaVersion: 2, config: pointTo(config), layers: [pointTo(layer)] };
    const cache: Artefact = { manifests: [json(`${OCI}.manifest.v1+json`, parts)], blobs: [layer, config] };
    await push(registry.url, 'cached', 'main', imageOf('Cached'));
    await push(registry.url, 'cached', 'latest', cache);
    await push(registry.url, 'cache', 'v1', cache);
    expect(await recordOf('cached')).toMatchObject({ title: 'Cached', types: ['image', CACHE], faults: [] });
    expect(await recordOf('cache')).toMatchObject({ title: undefined, types: [CACHE], tags: ['v1'], faults: [] });
  });

  test('images tagged with their digests, and what is beside them', async () => {
    const app = imageOf('App');
    const statement = blobOf('application/vnd.dsse.envelope.v1+json', 'statement');
    const sbom = attachmentOf(statement, { annotations: { predicateType: 'https://spdx.dev/Document' } });
    await push(registry.url, 'digests', digestTag(app), app);
    await push(registry.url, 'digests', digestTag(app, '.att'), sbom);
    await push(registry.url, 'digests', digestTag(app, '.src'), imageOf('Sources'));
    expect(await recordOf('digests')).toMatchObject({
      title: 'App',
      tags: [digestTag(app)],
      referrers: ['attestation', 'sbom'],
      faults: [],
    });
  });

  test('referrers under OCI’s tag schema, and with tags of their own', async () => {
    const app = imageOf('App');
    const subject = pointTo(tagged(app));
    const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const annotations = { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' };
    const bundle = attachmentOf(blobOf(artifactType, 'bundle'), { manifest: { artifactType, subject, annotations } });
    const notation = 'application/vnd.cncf.notary.signature';
    const signature = attachmentOf(blobOf('application/jose+json', 'signature'), {
      manifest: { artifactType: notation, subject },
    });
    const list = indexOf([pointTo(tagged(bundle), { artifactType, annotations })]);
    await push(registry.url, 'referred', 'v1', app);
    await push(registry.url, 'referred', digestTag(app), above(list, bundle));
    await push(registry.url, 'referred', 'v1-signature', signature);
    expect(await recordOf('referred')).toMatchObject({
      title: 'App',
      types: ['image'],
      tags: ['v1', 'v1-signature'],
      referrers: ['attestation', 'signature'],
      faults: [],
    });
  });

  test('charts whose versions have a build', async () => {
    await push(registry.url, 'charts/shop', '1.9.0', helmChart({ name: 'shop', version: '1.9.0' }));
    await push(registry.url, 'charts/shop', '1.10.0_b1', helmChart({ name: 'shop', version: '1.10.0+b1' }));
    expect(await recordOf('charts/shop')).toMatchObject({
      types: ['helm'],
      labels: { 'org.opencontainers.image.version': '1.10.0+b1' },
      faults: [],
    });
  });
});
