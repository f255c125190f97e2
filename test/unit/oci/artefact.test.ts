import { describe, expect, test } from '@jest/globals';
import { type Artefact, describeArtefact } from '../../../src/oci/artefact.ts';
import { parseConfig } from '../../../src/oci/config.ts';
import type { Parsed } from '../../../src/oci/json-fields.ts';
import { parseManifest } from '../../../src/oci/manifest.ts';

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const OCI = 'org.opencontainers.image';

function value<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  return parsed.value;
}

interface Texts {
  readonly index?: Record<string, unknown>;
  readonly manifest?: Record<string, unknown>;
  readonly labels?: Record<string, unknown>;
  readonly created?: string;
}

function described({ index, manifest, labels, created }: Texts): Artefact {
  return describeArtefact({
    type: 'image',
    manifests: [
      ...(index ? [value(parseManifest(json({ manifests: [], annotations: index })))] : []),
      value(parseManifest(json({ config: { digest: 'sha256:c' }, annotations: manifest }))),
    ],
    config: value(
      parseConfig(json({ os: 'linux', architecture: 'amd64', created, config: { Labels: labels } }), 'config'),
    ),
    platforms: [],
  });
}

describe('the texts of an artefact', () => {
  test('are the index’s, else the manifest’s, else the config’s, else label-schema’s', () => {
    const index = { [`${OCI}.title`]: 'from the index' };
    const manifest = { [`${OCI}.title`]: 'from the manifest', [`${OCI}.vendor`]: 'manifest' };
    const labels = { [`${OCI}.title`]: 'from the config', [`${OCI}.vendor`]: 'config', [`${OCI}.version`]: '1' };
    const old = { 'org.label-schema.name': 'old', 'org.label-schema.version': '0', 'org.label-schema.vcs-url': 'git' };
    expect(described({ index, manifest, labels: { ...labels, ...old } })).toMatchObject({
      title: 'from the index',
      labels: { [`${OCI}.vendor`]: 'manifest', [`${OCI}.version`]: '1', [`${OCI}.source`]: 'git' },
    });
    expect(described({ manifest, labels }).title).toBe('from the manifest');
    expect(described({ labels: { ...labels, ...old } }).title).toBe('from the config');
    expect(described({ labels: old }).title).toBe('old');
    expect(described({}).title).toBeUndefined();
  });

  test('are on one line', () => {
    const text = '  Serves\n\tpages\u0000 fast.  ';
    expect(described({ labels: { [`${OCI}.description`]: text } }).summary).toBe('Serves pages fast.');
    expect(described({ labels: { [`${OCI}.description`]: ' \n ' } }).summary).toBeUndefined();
  });

  test('are bounded, and characters stay whole', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${at}`, 'x'.repeat(9_000)]));
    const labels = { ...many, [`${OCI}.description`]: `${'x'.repeat(999)}🐋🐋`, ['k'.repeat(300)]: 'long key' };
    const artefact = described({ labels });
    expect(artefact.summary).toBe('x'.repeat(999));
    expect(Object.keys(artefact.labels)).toHaveLength(64);
    expect(Object.keys(artefact.labels)[0]).toBe(`${OCI}.description`);
    expect(Math.max(...Object.values(artefact.labels).map((text) => text.length))).toBe(512);
  });

  test('leave out what is no text, and keep odd names as they are', () => {
    const labels = JSON.parse(
      '{"__proto__": "odd", "constructor": "odder", "number": 7, "object": {}, "": "nameless"}',
    );
    const artefact = described({ labels });
    expect(Object.entries(artefact.labels)).toEqual([
      ['__proto__', 'odd'],
      ['constructor', 'odder'],
    ]);
  });

  test('may be empty, and then mark something; but where another says more, that is taken', () => {
    const labels = { marker: '', none: null, [`${OCI}.title`]: 'App', [`${OCI}.vendor`]: '' };
    const artefact = described({ index: { [`${OCI}.title`]: '' }, manifest: { also: '' }, labels });
    expect(artefact.title).toBe('App');
    expect(artefact.labels).toEqual({ [`${OCI}.title`]: 'App', [`${OCI}.vendor`]: '', also: '', marker: '', none: '' });
    expect(described({ labels: { [`${OCI}.title`]: '', [`${OCI}.description`]: '' } })).toMatchObject({
      title: undefined,
      summary: undefined,
    });
    const old = { 'org.label-schema.vendor': 'Old', 'org.label-schema.url': '', [`${OCI}.vendor`]: '' };
    expect(described({ labels: old }).labels).toMatchObject({ [`${OCI}.vendor`]: 'Old', [`${OCI}.url`]: '' });
  });
});

describe('the time of an artefact', () => {
  const inherited = { [`${OCI}.created`]: '2001-01-01T00:00:00Z' };

  test('is the annotation’s, else the config’s own, else that of a label, which may be the base image’s', () => {
    const created = '2026-01-01T00:00:00Z';
    const manifest = { [`${OCI}.created`]: '2027-01-01T00:00:00Z' };
    expect(described({ manifest, labels: inherited, created }).createdAtMs).toBe(Date.UTC(2027));
    expect(described({ labels: inherited, created }).createdAtMs).toBe(Date.UTC(2026));
    expect(described({ labels: inherited }).createdAtMs).toBe(Date.UTC(2001));
    expect(described({}).createdAtMs).toBeUndefined();
  });
});

test('a chart is described by its Chart.yaml, below what its manifest says', () => {
  const chart = {
    name: 'shop',
    version: '1.2.3',
    appVersion: '9',
    description: 'Sells.',
    keywords: ['a', {}, 'b'],
    deprecated: true,
    kubeVersion: '>=1.28',
    sources: ['https://git.example/shop', 'https://git.example/till'],
    maintainers: [{ name: 'Ann', email: 'ann@acme.example' }, { name: 'Ben' }],
    dependencies: [{ name: 'postgresql', version: '16.x', repository: 'oci://charts.example' }, { name: 'redis' }],
    icon: 'https://acme.example/shop.svg',
  };
  const artefact = describeArtefact({
    type: 'helm',
    manifests: [
      value(parseManifest(json({ config: { digest: 'sha256:c' }, annotations: { [`${OCI}.version`]: '1.2.4' } }))),
    ],
    config: value(parseConfig(json(chart), 'chart')),
    platforms: [],
  });
  expect(artefact).toEqual({
    type: 'helm',
    title: 'shop',
    summary: 'Sells.',
    labels: {
      [`${OCI}.authors`]: 'Ann (ann@acme.example), Ben',
      [`${OCI}.description`]: 'Sells.',
      [`${OCI}.source`]: 'https://git.example/shop',
      [`${OCI}.title`]: 'shop',
      [`${OCI}.version`]: '1.2.4',
      'helm.sh/appVersion': '9',
      'helm.sh/dependencies': 'postgresql 16.x, redis',
      'helm.sh/deprecated': 'true',
      'helm.sh/icon': 'https://acme.example/shop.svg',
      'helm.sh/keywords': 'a, b',
      'helm.sh/kubeVersion': '>=1.28',
    },
    platforms: [],
    createdAtMs: undefined,
  });
});
