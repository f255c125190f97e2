import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { settingsOf } from '../../../src/api/settings.ts';
import type { Variables } from '../../../src/aws/credentials.ts';
import { fillFromEnvironment, isAwsConfigured } from '../../../src/config/environment.ts';

/** The effective settings of a manifest in an environment that names a bucket. */
function settings(spec: Partial<RegistryIndexSpec>, env: Variables = {}) {
  const { source, index } = settingsOf(fillFromEnvironment(spec, { AWS_BUCKET: 'bucket', ...env }));
  if (source.kind !== 's3') throw new Error('not a bucket');
  return { source, index };
}

describe('the bucket', () => {
  const all = { AWS_BUCKET: 'of-aws', REGISTRY_STORAGE_S3_BUCKET: 'of-registry' };

  test.each<[string, Partial<RegistryIndexSpec>, Variables, string]>([
    ['the manifest', { bucket: 'of-manifest' }, all, 'of-manifest'],
    ['AWS_BUCKET', {}, all, 'of-aws'],
    ['REGISTRY_STORAGE_S3_BUCKET', {}, { ...all, AWS_BUCKET: '' }, 'of-registry'],
  ])('is that of %s before others', (_by, spec, env, bucket) => {
    expect(fillFromEnvironment(spec, env).bucket).toBe(bucket);
  });

  test('is asked for by all of its names', () => {
    expect(() => fillFromEnvironment({}, {})).toThrow(
      'no bucket: set spec.bucket in the manifest, or AWS_BUCKET or REGISTRY_STORAGE_S3_BUCKET',
    );
  });
});

describe('regions', () => {
  const all = {
    DYNAMODB_REGION: 'dynamodb',
    AWS_REGION: 'aws',
    AWS_DEFAULT_REGION: 'default',
    REGISTRY_STORAGE_S3_REGION: 's3',
  };

  test.each<[string, Partial<RegistryIndexSpec>, Variables, { index: string; source: string }]>([
    ['us-east-1 when nothing is said', {}, {}, { index: 'us-east-1', source: 'us-east-1' }],
    ['the manifest for both, as in a cluster', { region: 'manifest' }, all, { index: 'manifest', source: 'manifest' }],
    [
      'the manifest, each its own',
      { region: 'manifest', storage: { region: 'bucket' } },
      all,
      { index: 'manifest', source: 'bucket' },
    ],
    ['their own variables', {}, all, { index: 'dynamodb', source: 'aws' }],
    ['the general one', {}, { ...all, DYNAMODB_REGION: '' }, { index: 'aws', source: 'aws' }],
    [
      'the other general one',
      {},
      { AWS_DEFAULT_REGION: 'default', REGISTRY_STORAGE_S3_REGION: 's3' },
      { index: 'default', source: 'default' },
    ],
    [
      'the one of the registry for the tables too',
      {},
      { REGISTRY_STORAGE_S3_REGION: 's3' },
      { index: 's3', source: 's3' },
    ],
    [
      'that of the tables for the bucket too',
      {},
      { DYNAMODB_REGION: 'dynamodb' },
      { index: 'dynamodb', source: 'dynamodb' },
    ],
    [
      'that of the bucket for the tables too',
      { storage: { region: 'bucket' } },
      {},
      { index: 'bucket', source: 'bucket' },
    ],
  ])('come from %s', (_by, spec, env, { index, source }) => {
    const seen = settings(spec, env);
    expect({ index: seen.index.region, source: seen.source.region }).toEqual({ index, source });
  });
});

describe('tables', () => {
  const env = {
    DYNAMODB_DATABASE: 'env',
    DYNAMODB_REPOSITORY_TABLE: 'env-r',
    DYNAMODB_VERSION_TABLE: 'env-v',
    DYNAMODB_ENDPOINT: 'http://env',
  };

  test("are the original module's by default", () => {
    expect(settings({}).index).toMatchObject({
      repositoryTable: 'docker-registry-repository',
      versionTable: 'docker-registry-version',
      endpoint: undefined,
    });
  });

  test('come from the variables of the original module', () => {
    expect(settings({}, env).index).toMatchObject({
      repositoryTable: 'env-r',
      versionTable: 'env-v',
      endpoint: 'http://env',
    });
    expect(settings({}, { DYNAMODB_DATABASE: 'env' }).index).toMatchObject({ repositoryTable: 'env-repository' });
  });

  test('come from the manifest before that', () => {
    const spec = { database: 'm', repositoryTable: 'm-r', versionTable: 'm-v', dynamodb: { endpoint: 'http://m' } };
    expect(settings(spec, env).index).toMatchObject({
      repositoryTable: 'm-r',
      versionTable: 'm-v',
      endpoint: 'http://m',
    });
  });

  test("take the endpoint from AWS's variable too, after their own", () => {
    const aws = { AWS_ENDPOINT_URL_DYNAMODB: 'http://aws' };
    expect(settings({}, aws).index.endpoint).toBe('http://aws');
    expect(settings({}, { ...aws, ...env }).index.endpoint).toBe('http://env');
  });

  test('keep the other settings of the manifest', () => {
    const spec = fillFromEnvironment({ bucket: 'b', dynamodb: { pointInTimeRecovery: true } }, env);
    expect(spec.dynamodb).toEqual({ pointInTimeRecovery: true, endpoint: 'http://env' });
  });
});

describe('storage', () => {
  const env = {
    REGISTRY_STORAGE_S3_REGIONENDPOINT: 'http://registry',
    REGISTRY_STORAGE_S3_ROOTDIRECTORY: '/registry',
    REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'True',
  };

  test('is described by the configuration of the registry', () => {
    expect(settings({}, env).source).toMatchObject({
      endpoint: 'http://registry',
      rootDirectory: 'registry',
      forcePathStyle: true,
    });
  });

  test('has its endpoint from AWS before that', () => {
    expect(settings({}, { ...env, AWS_ENDPOINT_URL_S3: 'http://aws' }).source.endpoint).toBe('http://aws');
  });

  test('is described by the manifest before all', () => {
    const storage = { endpoint: 'http://m', rootDirectory: 'm', forcePathStyle: false };
    expect(settings({ storage }, { ...env, AWS_ENDPOINT_URL_S3: 'http://aws' }).source).toMatchObject(storage);
  });
});

test.each<[string, Variables, boolean]>([
  ['nothing', {}, false],
  ['a region alone', { AWS_REGION: 'eu-west-1' }, false],
  ['an access key', { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }, true],
  ['an access key without its secret', { AWS_ACCESS_KEY_ID: 'id' }, false],
  ['an empty access key', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, false],
  ['a profile', { AWS_PROFILE: 'work' }, true],
  ['a role of a pod', { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, true],
  ['a key in the words of the original module', { DYNAMODB_ACCESS_KEY: 'id', DYNAMODB_SECRET_ACCESS_KEY: 's' }, true],
  ["the registry's own key", { REGISTRY_STORAGE_S3_ACCESSKEY: 'id', REGISTRY_STORAGE_S3_SECRETKEY: 's' }, true],
  ['a key of docker-registry v1', { AWS_KEY: 'id', AWS_SECRET: 's' }, true],
])('%s in the environment: AWS is meant: %#', (_what, env, meant) => {
  expect(isAwsConfigured(env)).toBe(meant);
});
