import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig } from '../../../src/oci/config.ts';
import { kindOf } from '../../../src/oci/kinds.ts';
import { type Manifest, parseManifest } from '../../../src/oci/manifest.ts';
import { parseCreatedTime } from '../../../src/oci/text.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;
const OF_IMAGE = { isImage: true, chart: undefined };

function manifestOf(value: unknown): Manifest {
  const parsed = parseManifest(json(value));
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  return parsed.value;
}

describe('a manifest', () => {
  test('with manifests is an index, whatever its media type says', () => {
    expect(manifestOf({ mediaType: 'nonsense', manifests: [] })).toMatchObject({ kind: 'index', children: [] });
  });

  test('with a config is an image', () => {
    const manifest = manifestOf({ config: { digest: DIGEST, mediaType: 'x/y' }, subject: { digest: 'sha256:s' } });
    expect(manifest).toMatchObject({
      kind: 'image',
      config: { digest: DIGEST, mediaType: 'x/y' },
      subject: 'sha256:s',
    });
  });

  test('of an index tells platforms of its children, and none of an attestation', () => {
    const manifest = manifestOf({
      manifests: [
        { digest: 'sha256:1', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        {
          digest: 'sha256:2',
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
        { digest: 3 },
        'nonsense',
      ],
    });
    expect(manifest).toMatchObject({
      children: [
        { digest: 'sha256:1', platform: 'linux/arm64', attachedTo: undefined },
        { digest: 'sha256:2', platform: undefined, attachedTo: '' },
      ],
    });
  });

  test('of schema 1 has the labels, platform and time of its newest layer', () => {
    const newest = { os: 'linux', created: '2015-01-02T00:00:00Z', config: { Labels: { a: 'b' } } };
    const manifest = manifestOf({
      schemaVersion: 1,
      architecture: 'amd64',
      history: [{ v1Compatibility: JSON.stringify(newest) }, { v1Compatibility: '{"os":"plan9"}' }],
    });
    expect(manifest).toEqual({
      kind: 'legacy',
      config: {
        platform: 'linux/amd64',
        createdAtMs: Date.UTC(2015, 0, 2),
        labels: new Map([['a', 'b']]),
        ...OF_IMAGE,
      },
    });
  });

  test('of docker-registry is the JSON of an image, with its labels, platform and time', () => {
    const image = {
      id: 'ab'.repeat(32),
      created: '2014-11-01T10:00:00.123456789Z',
      os: 'linux',
      architecture: 'amd64',
      config: { Labels: { tier: 'front' } },
    };
    expect(manifestOf(image)).toEqual({
      kind: 'legacy',
      config: {
        platform: 'linux/amd64',
        createdAtMs: Date.UTC(2014, 10, 1, 10, 0, 0, 123),
        labels: new Map([['tier', 'front']]),
        ...OF_IMAGE,
      },
    });
  });

  test('of an artefact from before artefacts had configs is one, and so is one with any children', () => {
    const artefact = manifestOf({
      mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
      artifactType: 'application/spdx+json',
      blobs: [{ mediaType: 'text/spdx', digest: DIGEST, size: 7 }],
      subject: { digest: DIGEST },
    });
    expect(artefact).toMatchObject({ kind: 'image', subject: DIGEST, layers: { types: ['text/spdx'], sizeBytes: 7 } });
    const manifests = Array.from({ length: 300 }, (_, at) => ({ digest: `sha256:${at}` }));
    expect(manifestOf({ manifests })).toMatchObject({ children: { length: 300 } });
  });

  test.each([
    '../../etc/passwd',
    'sha256:../../x',
    'sha256:',
    ':x',
    'sha256',
    'SHA256:ab',
    `sha256:${'a'.repeat(300)}`,
  ])('takes %s for no digest', (digest) => {
    expect(manifestOf({ manifests: [{ digest }] })).toMatchObject({ children: [] });
    expect(parseManifest(json({ config: { digest } })).kind).toBe('malformed');
    expect(manifestOf({ artifactType: 'x/y', subject: { digest } })).toMatchObject({ subject: undefined });
  });

  test('adds up its layers, and names their types and statements once', () => {
    const layer = (mediaType: string, size: unknown, predicate?: string) => ({
      mediaType,
      digest: DIGEST,
      size,
      annotations: { 'in-toto.io/predicate-type': predicate },
    });
    const layers = [layer('a/b', 3, 'https://p'), layer('a/b', 4, 'https://p'), layer('c/d', 0)];
    expect(manifestOf({ config: { digest: DIGEST, size: 9 }, layers })).toMatchObject({
      config: { sizeBytes: 9 },
      layers: { types: ['a/b', 'c/d'], predicates: ['https://p'], sizeBytes: 7 },
    });
    for (const size of [-1, 1.5, '7', null, Number.MAX_VALUE])
      expect(manifestOf({ config: { digest: DIGEST }, layers: [layer('a/b', size)] })).toMatchObject({
        layers: { sizeBytes: undefined },
      });
  });

  test('of schema 1 without a readable history is still one', () => {
    expect(manifestOf({ schemaVersion: 1, history: [{ v1Compatibility: '{' }] })).toMatchObject({ kind: 'legacy' });
  });

  test.each([
    ['', 'the manifest is not JSON'],
    ['{"config":', 'the manifest is not JSON'],
    ['[]', 'the manifest is not a JSON object'],
    ['null', 'the manifest is not a JSON object'],
    ['{}', 'the manifest is neither an index nor an image'],
    ['{"config":{"digest":7}}', 'the manifest is neither an index nor an image'],
  ])('that reads %j is a fault', (text, reason) => {
    expect(parseManifest(Buffer.from(text))).toEqual({ kind: 'malformed', reason });
  });

  test('never throws, and neither do configs, whatever is in them', () => {
    const keys = ['manifests', 'config', 'layers', 'blobs', 'subject', 'digest', 'size', 'mediaType', 'artifactType'];
    keys.push(
      'history',
      'v1Compatibility',
      'platform',
      'os',
      'architecture',
      'variant',
      'annotations',
      'Labels',
      'rootfs',
    );
    keys.push('name', 'version', 'keywords', 'maintainers', 'dependencies', 'sources', 'schemaVersion', 'id');
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...keys), tie('node')),
        fc.array(tie('node')),
      ),
    })).node;
    fc.assert(
      fc.property(value, (content) => {
        for (const parse of [parseManifest, (bytes: Buffer) => parseConfig(bytes, 'config')])
          expect(['parsed', 'malformed']).toContain(parse(json(content)).kind);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        for (const parse of [parseManifest, (bytes: Buffer) => parseConfig(bytes, 'config')])
          expect(['parsed', 'malformed']).toContain(parse(Buffer.from(bytes)).kind);
      }),
    );
  });
});

describe('the kind of an artefact', () => {
  const OCI_IMAGE = 'application/vnd.oci.image.config.v1+json';
  const DOCKER_IMAGE = 'application/vnd.docker.container.image.v1+json';
  const TAR = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

  interface Parts {
    readonly config?: string;
    readonly artifactType?: string;
    readonly layers?: readonly string[];
    readonly mediaType?: string;
  }

  const kind = ({ config, layers = [], ...rest }: Parts) => {
    const described = layers.map((mediaType) => ({ mediaType, digest: DIGEST, size: 1 }));
    const manifest = manifestOf({ config: { digest: DIGEST, mediaType: config }, layers: described, ...rest });
    return manifest.kind === 'image' ? kindOf(manifest) : undefined;
  };

  test.each<[string, Parts]>([
    ['an image', { config: OCI_IMAGE }],
    ['an image', { config: DOCKER_IMAGE, layers: [TAR] }],
    ['an image', { config: `${DOCKER_IMAGE}; charset=utf-8`, layers: [TAR] }],
    ['an image', { config: 'application/vnd.oci.image.config.v2+json', layers: [TAR] }],
    ['an image', { config: OCI_IMAGE, layers: ['application/vnd.oci.image.layer.v1.tar+zstd'] }],
    ['an image', { config: OCI_IMAGE, layers: ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted'] }],
    ['an image', { config: OCI_IMAGE, layers: ['application/vnd.oci.image.layer.nydus.blob.v1', TAR] }],
    ['an image', { config: OCI_IMAGE, layers: ['application/vnd.erofs.layer.v1'] }],
    ['an image', { config: OCI_IMAGE, layers: ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'] }],
    ['an image', { config: OCI_IMAGE, layers: [TAR], artifactType: 'application/vnd.nydus.image.manifest.v1+json' }],
  ])('%s is told by %j', (_, parts) => {
    expect(kind(parts)).toEqual({ kind: 'image', type: 'image' });
  });

  test.each<[Parts]>([
    [{ config: 'application/octet-stream', mediaType: DOCKER_MANIFEST }],
    [{ config: 'application/json', layers: [TAR] }],
    [{ config: 'text/html', layers: [TAR] }],
    [{ config: 'text/plain; charset=utf-8', layers: [TAR] }],
    [{ config: 'binary/octet-stream', layers: [TAR] }],
    [{ config: '', layers: [TAR] }],
    [{ layers: [TAR] }],
    [{ mediaType: DOCKER_MANIFEST }],
  ])('is settled by its config where that is called %j', (parts) => {
    expect(kind(parts)?.kind).toBe('image?');
  });

  test.each<[Parts, string]>([
    [{ config: 'application/vnd.oci.empty.v1+json', artifactType: 'application/vnd.a+type' }, 'application/vnd.a+type'],
    [{ config: 'application/vnd.oci.empty.v1+json', layers: ['application/vnd.b'] }, 'application/vnd.b'],
    [{ config: 'application/vnd.unknown.config.v1+json', layers: [TAR] }, 'application/vnd.unknown.config.v1+json'],
    [
      { config: 'application/vnd.wasm.config.v0+json', layers: ['application/wasm'] },
      'application/vnd.wasm.config.v0+json',
    ],
    [{ config: 'application/vnd.sylabs.sif.config.v1+json' }, 'application/vnd.sylabs.sif.config.v1+json'],
    [{ config: 'application/vnd.cncf.flux.config.v1+json', layers: [TAR] }, 'application/vnd.cncf.flux.config.v1+json'],
    [{ config: 'application/vnd.buildkit.cacheconfig.v0', layers: [TAR] }, 'application/vnd.buildkit.cacheconfig.v0'],
    [
      { config: 'application/vnd.docker.plugin.v1+json', mediaType: DOCKER_MANIFEST },
      'application/vnd.docker.plugin.v1+json',
    ],
    [
      { config: OCI_IMAGE, layers: ['application/vnd.dev.cosign.simplesigning.v1+json'] },
      'application/vnd.dev.cosign.simplesigning.v1+json',
    ],
    [{ config: OCI_IMAGE, layers: ['application/vnd.in-toto+json'] }, 'application/vnd.in-toto+json'],
    [{ config: OCI_IMAGE, layers: ['text/spdx'] }, 'text/spdx'],
    [
      { config: OCI_IMAGE, artifactType: 'application/vnd.docker.attestation.manifest.v1+json' },
      'application/vnd.docker.attestation.manifest.v1+json',
    ],
    [{ config: 'application/octet-stream' }, 'application/octet-stream'],
    [{ config: 'application/octet-stream', artifactType: 'application/vnd.a', layers: [TAR] }, 'application/vnd.a'],
    [{ config: 'constructor' }, 'constructor'],
    [{}, 'application/octet-stream'],
  ])('of %j is an artefact of the type %s', (parts, type) => {
    expect(kind(parts)).toEqual({ kind: 'artefact', type });
  });

  test('of a chart is told by its config', () => {
    expect(kind({ config: 'application/vnd.cncf.helm.config.v1+json' })).toEqual({ kind: 'chart', type: 'helm' });
  });
});

describe('the config of an image', () => {
  test.each([
    [{ os: 'linux', architecture: 'amd64' }, true],
    [{ rootfs: { type: 'layers', diff_ids: [] } }, true],
    [{}, false],
    [{ name: 'chart', version: '1' }, false],
    [{ rootfs: { diff_ids: 'none' } }, false],
  ])('%j is one: %s', (config, isImage) => {
    const parsed = parseConfig(json(config), 'config');
    expect(parsed.kind === 'parsed' && parsed.value.isImage).toBe(isImage);
  });
});

describe('a time', () => {
  test.each([
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05.123456789+01:00', Date.UTC(2026, 0, 2, 2, 4, 5, 123)],
    ['0001-01-01T00:00:00Z', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    ['yesterday', undefined],
    ['7', undefined],
    [undefined, undefined],
  ])('that reads %s is %s', (text, expected) => {
    expect(parseCreatedTime(text)).toBe(expected);
  });
});
