import { describe, expect, test } from '@jest/globals';
import { buildRecord } from '../../../../src/indexer/repository/build.ts';
import type { RecordDraft } from '../../../../src/indexer/repository/derive.ts';
import { NOTHING_KNOWN } from '../../../../src/indexer/repository/known.ts';
import {
  createRegistryFixture,
  IMAGE_CONFIG,
  indexerOn,
  type RegistryFixture,
} from '../../../support/registry/registry-fixture.ts';
import { digestOf, type ModelTag, put } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
const TITLE = 'org.opencontainers.image.title';
const MIB = 1024 * 1024;

const tag = (name: string, content: string, pushedAtMs = 5): ModelTag => ({ name, content, pushedAtMs });

async function built(fixture: RegistryFixture, ...tags: ModelTag[]): Promise<RecordDraft> {
  fixture.write({ name: 'team/app', tags });
  const { layout, artefacts } = indexerOn(fixture.objects);
  const listing = await layout.listRepository('team/app', signal);
  return buildRecord(artefacts, { listing, known: NOTHING_KNOWN }, signal);
}

describe('a record', () => {
  test('has the tags of the listing, and the text, labels and platforms of the tag that speaks for it', async () => {
    const fixture = createRegistryFixture();
    const old = fixture.image({ [TITLE]: 'Old' });
    const latest = fixture.image({ [TITLE]: 'New', team: 'a' }, 'linux/arm64');
    const { record, faults } = await built(fixture, tag('1.0', old, 9), tag('latest', latest, 7));
    expect(faults).toEqual([]);
    expect(record).toEqual({
      name: 'team/app',
      title: 'New',
      summary: undefined,
      labels: { [TITLE]: 'New', team: 'a' },
      isPrivate: false,
      platforms: ['linux/arm64'],
      types: ['image'],
      referrers: [],
      tags: [
        { name: '1.0', digest: digestOf(old), pushedAtMs: 9, platforms: undefined },
        { name: 'latest', digest: digestOf(latest), pushedAtMs: 7, platforms: ['linux/arm64'] },
      ],
      pushedAtMs: 9,
      createdAtMs: undefined,
    });
  });

  test('says of each tag that was read how large it is, and in which minute it was built', async () => {
    const fixture = createRegistryFixture();
    const config = fixture.json({ os: 'linux', architecture: 'amd64', created: '2026-11-28T09:12:59.9Z' });
    const image = fixture.json({
      schemaVersion: 2,
      config: { mediaType: IMAGE_CONFIG, digest: digestOf(config), size: 40 },
      layers: [{ digest: digestOf('a layer'), size: 2_000 }],
    });
    const { record } = await built(fixture, tag('latest', image), tag('old', 'not read', 1));
    expect(record.tags).toEqual([
      {
        ...{ name: 'latest', digest: digestOf(image), pushedAtMs: 5, platforms: ['linux/amd64'] },
        ...{ sizeBytes: 2_040, createdAtMs: Date.UTC(2026, 10, 28, 9, 12) },
      },
      { name: 'old', digest: digestOf('not read'), pushedAtMs: 1, platforms: undefined },
    ]);
  });

  test('of an index has its platforms and its own texts, and the labels of its image for linux/amd64', async () => {
    const fixture = createRegistryFixture();
    const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });
    const index = fixture.json({
      annotations: { [TITLE]: 'Index' },
      manifests: [
        { digest: digestOf(fixture.image({ from: 'arm64' })), ...platform('arm64') },
        { digest: digestOf(fixture.image({ from: 'amd64', [TITLE]: 'Image' })), ...platform('amd64') },
        {
          digest: digestOf('attestation'),
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
      ],
    });
    const { record } = await built(fixture, tag('latest', index));
    expect(record).toMatchObject({
      title: 'Index',
      labels: { from: 'amd64' },
      platforms: ['linux/amd64', 'linux/arm64'],
      referrers: ['attestation'],
    });
  });

  test('is marked by referrers, which are no tags of it', async () => {
    const fixture = createRegistryFixture();
    const latest = fixture.image({});
    const hex = digestOf(latest).slice('sha256:'.length);
    const sbom = { digest: digestOf('x'), artifactType: 'application/spdx+json' };
    const { record } = await built(
      fixture,
      tag('latest', latest),
      tag(`sha256-${hex}`, fixture.json({ manifests: [sbom] })),
      tag(`sha256-${hex}.sig`, fixture.image({})),
    );
    expect(record.tags.map(({ name }) => name)).toEqual(['latest']);
    expect(record.referrers).toEqual(['sbom', 'signature']);
  });

  test('has the tag of a manifest that refers to another, and is marked by it, but not described', async () => {
    const fixture = createRegistryFixture();
    const app = fixture.image({ [TITLE]: 'App' });
    const referrer = fixture.json({
      artifactType: 'application/vnd.in-toto+json',
      config: { digest: 'sha256:c' },
      subject: { digest: digestOf(app) },
    });
    const { record } = await built(fixture, tag('9.9.9', referrer), tag('1.0.0', app));
    expect(record).toMatchObject({
      title: 'App',
      types: ['image'],
      referrers: ['attestation'],
      tags: [{ name: '1.0.0' }, { name: '9.9.9' }],
    });
  });

  test('has no tags where all of them are referrers', async () => {
    const fixture = createRegistryFixture();
    const { record } = await built(fixture, tag(`sha256-${'0'.repeat(64)}.sig`, fixture.image({})));
    expect(record.tags).toEqual([]);
  });

  test('of an artefact whose config is unknown has its type, and does not read the config', async () => {
    const fixture = createRegistryFixture();
    const config = { mediaType: 'application/vnd.example.config', digest: digestOf('never written') };
    const { record, faults } = await built(fixture, tag('latest', fixture.json({ config })));
    expect(record.types).toEqual(['application/vnd.example.config']);
    expect(faults).toEqual([]);
  });
});

describe('a record of a repository whose best tag cannot be read', () => {
  const blobKey = (digest: string) => {
    const hex = digest.slice('sha256:'.length);
    return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  };

  test.each([
    ['is missing', undefined, 'Missing', 'the manifest is missing'],
    ['is not JSON', '<html>', 'Malformed', 'the manifest is not JSON'],
    ['is 50 MB large', 'x'.repeat(50_000_000), 'TooLarge', 'the manifest is too large: 50000000 bytes'],
    ['is one byte too large', 'x'.repeat(4 * MIB + 1), 'TooLarge', `the manifest is too large: ${4 * MIB + 1} bytes`],
    ['is nothing we know', '{}', 'Malformed', 'the manifest is neither an index nor an image'],
  ])('because its manifest %s has the text of the next best', async (_, body, kind, reason) => {
    const fixture = createRegistryFixture();
    if (body !== undefined) put(fixture.objects, blobKey(digestOf('broken')), body);
    const good = fixture.image({ [TITLE]: 'Good' });
    const { record, faults } = await built(fixture, tag('latest', 'broken'), tag('1.0.0', good));
    expect(record).toMatchObject({ title: 'Good', tags: [{ name: '1.0.0' }, { name: 'latest' }] });
    expect(faults).toMatchObject([{ kind, key: `team/app@${digestOf('broken')}`, reason }]);
  });

  test('tries three of them, and is then known by its name and tags', async () => {
    const fixture = createRegistryFixture();
    const tags = ['1.0.4', '1.0.3', '1.0.2'].map((name) => tag(name, name));
    const { record, faults } = await built(fixture, ...tags, tag('1.0.1', fixture.image({ [TITLE]: 'Too late' })));
    expect(record).toMatchObject({ name: 'team/app', title: undefined, types: [], platforms: [] });
    expect(record.tags).toHaveLength(4);
    expect(faults).toHaveLength(3);
  });

  test.each([
    ['is missing', undefined, 'Missing', 'the config is missing'],
    ['is not JSON', '<html>', 'Malformed', 'the image config is not JSON'],
    ['is too large', 'x'.repeat(8 * MIB + 1), 'TooLarge', `the config is too large: ${8 * MIB + 1} bytes`],
  ])('because its config %s has what the manifest says', async (_, body, kind, reason) => {
    const fixture = createRegistryFixture();
    if (body !== undefined) put(fixture.objects, blobKey(digestOf('config')), body);
    const config = { mediaType: IMAGE_CONFIG, digest: digestOf('config') };
    const { record, faults } = await built(
      fixture,
      tag('latest', fixture.json({ config, annotations: { [TITLE]: 'App' } })),
    );
    expect(record).toMatchObject({ title: 'App', types: ['image'] });
    expect(faults).toMatchObject([{ kind, key: `team/app@${digestOf('config')}`, reason }]);
  });
});

test('blobs are read once, and read again where they could not be used', async () => {
  const fixture = createRegistryFixture();
  const image = fixture.image({ [TITLE]: 'Once' });
  fixture.write({ name: 'a', tags: [tag('latest', image)] });
  const { artefacts } = indexerOn(fixture.objects);
  const first = await artefacts.read(digestOf(image), signal);
  expect(await artefacts.read(digestOf('late'), signal)).toMatchObject({ inspected: { facts: undefined } });
  fixture.objects.clear();
  expect(await artefacts.read(digestOf(image), signal)).toEqual(first);
  put(
    fixture.objects,
    `docker/registry/v2/blobs/sha256/${digestOf('late').slice(7, 9)}/${digestOf('late').slice(7)}/data`,
    '{"manifests":[]}',
  );
  expect(await artefacts.read(digestOf('late'), signal)).toMatchObject({ inspected: { facts: { kind: 'artefact' } } });
});
