import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-index-config-'));
  file = join(folder, 'registryindex.yaml');
});

afterEach(() => rm(folder, { recursive: true }));

const write = (spec: string) =>
  writeFile(
    file,
    `apiVersion: registryindex.dev/v1alpha1\nkind: RegistryIndex\nmetadata: { name: images }\nspec: ${spec}\n`,
  );

describe('what to index', () => {
  test('is a bucket, by manifest and environment', async () => {
    await write('{ bucket: my-registry }');
    const env = { AWS_REGION: 'eu-west-1', DYNAMODB_DATABASE: 'search' };
    const { name, settings } = await loadConfig({ file, directory: undefined, env });
    expect(name).toBe('images');
    expect(settings).toMatchObject({
      source: { kind: 's3', bucket: 'my-registry', region: 'eu-west-1' },
      index: { repositoryTable: 'search-repository', region: 'eu-west-1' },
    });
  });

  test('is a folder when one is named, and then needs no bucket', async () => {
    const { settings } = await loadConfig({ file: undefined, directory: 'registry', env: {} });
    expect(settings.source).toEqual({
      kind: 'directory',
      path: resolve('registry'),
      rootDirectory: '',
      layout: 'Auto',
    });
  });

  test('is the folder of the registry’s own configuration', async () => {
    const env = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/var/lib/registry' };
    const { settings } = await loadConfig({ file: undefined, directory: undefined, env });
    expect(settings.source).toMatchObject({ kind: 'directory', path: '/var/lib/registry' });
  });

  test('is the bucket of the manifest, whatever the environment says', async () => {
    await write('{ bucket: my-registry }');
    const env = { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/var/lib/registry' };
    const { settings } = await loadConfig({ file, directory: undefined, env });
    expect(settings.source).toMatchObject({ kind: 's3', bucket: 'my-registry' });
  });

  test('a mistake names the file', async () => {
    await write('{ bucket: 7 }');
    await expect(loadConfig({ file, directory: undefined, env: {} })).rejects.toThrow(
      `${file}: spec.bucket must be string`,
    );
  });

  test.each([
    [
      '{ bucket: my-registry/docker }',
      /^bucket my-registry\/docker is more than the name of a bucket: write bucket: my-/,
    ],
    ['{ bucket: my-registry, storage: { endpoint: "minio:9000" } }', /^storage.endpoint minio:9000 has no scheme/],
    ['{ bucket: my-registry, dynamodb: { endpoint: "db:8000" } }', /^dynamodb.endpoint db:8000 has no scheme/],
    [
      '{ bucket: b-b, search: { cors: { origins: [ui.example.com] } } }',
      /^search.cors.origins holds ui.example.com, which/,
    ],
    ['{ bucket: b-b, storage: { rootDirectory: docker/registry/v2 } }', /^storage.rootDirectory \S+ is inside of the/],
  ])('with the mistake in %s is told what to write', async (spec, message) => {
    await write(spec);
    await expect(loadConfig({ file, directory: undefined, env: {} })).rejects.toThrow(message);
  });

  test('is one of two tables', async () => {
    const env = { AWS_BUCKET: 'my-registry', DYNAMODB_REPOSITORY_TABLE: 'one', DYNAMODB_VERSION_TABLE: 'one' };
    await expect(loadConfig({ file: undefined, directory: undefined, env })).rejects.toThrow(
      'repositoryTable and versionTable are both one; they must be two different tables',
    );
  });

  test('may be mistaken in the environment too, but not for a folder', async () => {
    const env = { AWS_BUCKET: 's3://my-registry', DYNAMODB_ENDPOINT: 'http://db:8000' };
    await expect(loadConfig({ file: undefined, directory: undefined, env })).rejects.toThrow(
      'write bucket: my-registry',
    );
    await expect(loadConfig({ file: undefined, directory: 'registry', env })).resolves.toBeDefined();
  });
});
