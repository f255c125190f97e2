import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../../src/config/manifest.ts';
import { lineOfNote } from '../../../src/config/registry-configuration/draft.ts';
import { manifestText } from '../../../src/config/registry-configuration/manifest-text.ts';
import { draftFrom } from '../../../src/config/registry-configuration/read.ts';
import { validate } from '../../../src/operator/validation/validate.ts';
import { objectFilter } from '../../../src/storage/object-filter.ts';
import { CONFIGURATIONS, type Configuration } from '../../support/registry/configurations.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-index-configuration-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function draft({ files, env = {}, flavor, service }: Partial<Configuration>) {
  const from: string[] = [];
  for (const [index, text] of (files ?? []).entries()) {
    const path = join(folder, `file${index + 1}`);
    await writeFile(path, text);
    from.push(path);
  }
  return draftFrom({ from, flavor, service, name: 'demo', env });
}

const read = (text: string, more: Partial<Configuration> = {}) => draft({ ...more, files: [text] });

describe.each(CONFIGURATIONS)('$title', (configuration) => {
  test('becomes a RegistryIndex that the operator takes', async () => {
    const { spec } = await draft(configuration);
    expect(spec).toEqual(configuration.spec);
    const metadata = {
      name: 'demo',
      namespace: 'team',
      uid: '',
      generation: 1,
      resourceVersion: '',
      creationTimestamp: '',
    };
    const resource = { apiVersion: 'registryindex.dev/v1alpha1', kind: 'RegistryIndex', metadata, spec } as const;
    const policy = {
      releaseNamespace: 'team',
      ambientCredentials: 'All',
      allowedEndpoints: ['http://*', 'https://*'],
    } as const;
    expect(validate(resource, policy)?.reason ?? '').not.toMatch(/Invalid/);
  });

  test('is printed with the names of its Secrets and without their values', async () => {
    const made = await draft(configuration);
    const text = manifestText(made, { name: 'demo', namespace: 'team', filter: objectFilter(made.spec) });
    expect(parseManifest(text)).toEqual({ name: 'demo', namespace: 'team', spec: configuration.spec });
    for (const { name, entries } of made.secrets)
      for (const entry of entries) expect(text).toMatch(new RegExp(`create secret generic ${name} .*=${entry}=`));
    expect(text + made.notes.map(lineOfNote)).not.toMatch(/not-to-be-shown|minioadmin/);
  });

  test('says line by line what is not taken over', async () => {
    const { notes } = await draft(configuration);
    const lines = notes.map(lineOfNote);
    expect(lines).toEqual((configuration.notes ?? []).map((expected) => expect.stringMatching(expected)));
  });
});

describe('no manifest comes of', () => {
  test.each<[string, string, RegExp]>([
    [
      'a folder',
      'version: 0.1\nstorage:\n  filesystem: {rootdirectory: /data}',
      /file1:3: storage\.filesystem: .*run --directory/,
    ],
    [
      'Google Cloud Storage',
      'version: 0.1\nstorage: {gcs: {bucket: x}, cache: {}}',
      /file1:2: storage\.gcs: .*only S3/,
    ],
    ['Azure, by its name alone', 'version: 0.1\nstorage: azure', /storage: Azure Blob Storage/],
    ['a driver that nobody knows', 'version: 0.1\nstorage: {tape: {}}', /storage\.tape: no driver/],
    ['no storage', 'version: 0.1\nhttp: {addr: ":5000"}', /has no storage\.s3/],
    ['no bucket', 'version: 0.1\nstorage: {s3: {region: eu-west-1, bucket: ""}}', /no bucket is given/],
    [
      'a bucket that is a path',
      'version: 0.1\nstorage: {s3: {bucket: s3://images/prod}}',
      /write bucket: images and storage.rootDirectory: prod/,
    ],
    [
      'a password in an address',
      'version: 0.1\nstorage: {s3: {bucket: images, regionendpoint: "http://a:hidden@b"}}',
      /^(?!.*hidden).*leave them out/s,
    ],
    ['broken YAML', 'version: 0.1\nstorage: {s3: [', /^file1: /],
    ['a text', 'hello', /has no settings/],
    ['an empty file', ' \n', /is empty/],
    ['YAML within itself', 'version: 0.1\nstorage: &s {s3: *s}', /too deep/],
    ['aliases that multiply', bomb(), /too long or too deep|Excessive/],
    [
      'a compose file without a registry',
      'services: {web: {image: nginx, environment: {A: b}}}',
      /no service of file1 has variables/,
    ],
    [
      'a compose file with two',
      'services:\n  a: {environment: [REGISTRY_STORAGE=s3]}\n  b: {environment: [REGISTRY_STORAGE=s3]}',
      /--service: a, b/,
    ],
    [
      'flavors without the one that is asked for',
      's3: {storage: s3}\ndev: {storage: local}',
      /no flavor prod; the configuration has s3, dev/,
    ],
  ])('%s', async (_title, text, message) => {
    const flavor = text.startsWith('s3:') ? { flavor: 'prod' } : {};
    await expect(read(text, flavor)).rejects.toThrow(message);
    await expect(read(text, flavor)).rejects.toMatchObject({ name: 'ConfigError' });
  });

  test('a file that is not there', async () => {
    await expect(
      draftFrom({ from: [join(folder, 'none')], flavor: undefined, service: undefined, name: 'demo', env: {} }),
    ).rejects.toThrow(/ENOENT/);
  });
});

test('without --flavor the only one with S3 is taken, or SETTINGS_FLAVOR', async () => {
  const text = 'a: {storage: local}\nb: {storage: s3, s3_bucket: bbb}\n';
  expect((await read(text)).spec.bucket).toBe('bbb');
  const two = `${text}c: {storage: s3, s3_bucket: ccc}\n`;
  await expect(read(two)).rejects.toThrow(/--flavor: b, c/);
  expect((await read(two, { env: { SETTINGS_FLAVOR: 'c' } })).spec.bucket).toBe('ccc');
});

/** Ten levels of ten aliases each. */
function bomb(): string {
  const levels = Array.from(
    { length: 10 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
  );
  return ['version: 0.1', 'l0: &l0 x', ...levels].join('\n');
}
