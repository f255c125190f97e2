import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseChart } from '../../../../src/storage/artefact/chart.ts';
import { parseImageConfig } from '../../../../src/storage/artefact/image-config.ts';
import { kindOf, spokesmanOf } from '../../../../src/storage/artefact/kinds.ts';
import { type Manifest, parseManifest } from '../../../../src/storage/artefact/manifest.ts';
import { platformOf } from '../../../../src/storage/artefact/platform.ts';
import { referrerKindOf, referrerTagOf } from '../../../../src/storage/artefact/referrer.ts';
import { timeOf } from '../../../../src/storage/artefact/text.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const HEX = 'a'.repeat(64);
const DIGEST = `sha256:${HEX}`;

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
        { digest: 'sha256:1', platform: 'linux/arm64/v8', attestation: false },
        { digest: 'sha256:2', platform: undefined, attestation: true },
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
      config: { platform: 'linux/amd64', createdAtMs: Date.UTC(2015, 0, 2), labels: new Map([['a', 'b']]) },
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
      },
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
    const keys = ['manifests', 'config', 'history', 'v1Compatibility', 'platform', 'annotations', 'Labels', 'keywords'];
    const value = fc.letrec((tie) => ({
      node: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys), tie('node')), fc.array(tie('node'))),
    })).node;
    fc.assert(
      fc.property(value, (content) => {
        for (const parse of [parseManifest, parseImageConfig, parseChart])
          expect(['parsed', 'malformed']).toContain(parse(json(content)).kind);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        for (const parse of [parseManifest, parseImageConfig, parseChart])
          expect(['parsed', 'malformed']).toContain(parse(Buffer.from(bytes)).kind);
      }),
    );
  });
});

describe('the kind of an artefact', () => {
  const kind = (config: string | undefined, artifactType?: string) => {
    const manifest = manifestOf({ config: { digest: DIGEST, mediaType: config }, artifactType });
    return manifest.kind === 'image' ? kindOf(manifest) : undefined;
  };

  test.each([
    ['application/vnd.oci.image.config.v1+json', undefined, 'image', true],
    ['application/vnd.docker.container.image.v1+json', undefined, 'image', true],
    ['application/vnd.cncf.helm.config.v1+json', undefined, 'helm', true],
    ['application/vnd.oci.empty.v1+json', 'application/vnd.example+type', 'application/vnd.example+type', false],
    ['application/vnd.wasm.config.v0+json', undefined, 'application/vnd.wasm.config.v0+json', false],
    ['constructor', undefined, 'constructor', false],
  ])('with the config %s and type %s is %s', (config, artifactType, type, parses) => {
    expect(kind(config, artifactType)).toMatchObject({ type });
    expect(kind(config, artifactType)?.parseConfig !== undefined).toBe(parses);
  });

  test('of an index is told by its image for linux/amd64, else the first for any platform', () => {
    const child = (digest: string, architecture?: string) => ({
      digest,
      platform: architecture ? { os: 'linux', architecture } : undefined,
    });
    const spokesman = (...manifests: unknown[]) => {
      const manifest = manifestOf({ manifests });
      return manifest.kind === 'index' ? spokesmanOf(manifest)?.digest : 'no index';
    };
    expect(spokesman(child('a', 'arm64'), child('b', 'amd64'))).toBe('b');
    expect(spokesman(child('a'), child('b', 's390x'))).toBe('b');
    expect(spokesman(child('a'))).toBe('a');
    expect(spokesman()).toBeUndefined();
  });
});

describe('a platform', () => {
  test.each([
    [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
    [{ os: 'unknown', architecture: 'unknown' }, undefined],
    [{ os: 'linux' }, undefined],
    [{ os: 'li nux/x', architecture: 'amd64' }, undefined],
    [{ os: 1, architecture: 2 }, undefined],
  ])('of %j is %s', (json, expected) => {
    expect(platformOf(json)).toBe(expected);
  });
});

describe('a referrer', () => {
  test.each([
    [`sha256-${HEX}`, { subject: DIGEST, kind: undefined }],
    [`sha256-${HEX}.sig`, { subject: DIGEST, kind: 'signature' }],
    [`sha256-${HEX}.att`, { subject: DIGEST, kind: 'attestation' }],
    [`sha256-${HEX}.sbom`, { subject: DIGEST, kind: 'sbom' }],
    [`sha256-${HEX}.other`, undefined],
    ['sha256-abc', undefined],
    ['latest', undefined],
  ])('is told by the tag %s', (tag, expected) => {
    expect(referrerTagOf(tag)).toEqual(expected);
  });

  test.each([
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
    ['application/vnd.cncf.notary.signature', 'signature'],
    ['application/vnd.cyclonedx+json', 'sbom'],
    ['application/spdx+json', 'sbom'],
    ['application/vnd.in-toto+json', 'attestation'],
    ['application/vnd.example.scan-report', undefined],
    [undefined, undefined],
  ])('of the type %s is a %s', (type, expected) => {
    expect(referrerKindOf(type)).toBe(expected);
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
    expect(timeOf(text)).toBe(expected);
  });
});
