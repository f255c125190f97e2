import { describe, expect, test } from '@jest/globals';
import { mistakeInEndpoint, mistakeInSource } from '../../../src/api/source-mistakes.ts';

const bucket = 'my-registry';

describe('a bucket', () => {
  test.each([
    ['my-registry/docker', 'bucket: my-registry and storage.rootDirectory: docker'],
    ['my-registry/a/b/', 'bucket: my-registry and storage.rootDirectory: a/b'],
    ['my-registry/', 'bucket: my-registry'],
    ['/my-registry', 'bucket: my-registry'],
    ['s3://my-registry', 'bucket: my-registry'],
    ['S3://my-registry/x', 'bucket: my-registry and storage.rootDirectory: x'],
    ['s3://my-registry/docker/registry/v2/', 'bucket: my-registry'],
    ['my-registry/x/docker/registry/v2/repositories', 'bucket: my-registry and storage.rootDirectory: x'],
    ['arn:aws:s3:::my-registry', 'bucket: my-registry'],
    ['arn:aws-cn:s3:::my-registry/x', 'bucket: my-registry and storage.rootDirectory: x'],
    ['My-Registry', 'bucket: my-registry'],
  ])('of %s is told to be %s', (written, wanted) => {
    expect(mistakeInSource({ bucket: written })).toMatch(new RegExp(`: write ${wanted}$`));
  });

  test.each([
    ['https://my-registry.s3.amazonaws.com', 'write the name of the bucket alone, and the URL'],
    ['arn:aws:s3:eu-west-1:123456789012:accesspoint/images', 'the alias of its access point'],
    ['my_registry', '3 to 63 small letters, digits, dots and hyphens'],
    ['my registry', '3 to 63 small letters'],
    ['ab', '3 to 63 small letters'],
    ['x'.repeat(64), '3 to 63 small letters'],
    ['', '3 to 63 small letters'],
  ])('of %j is told what a name is', (written, says) => {
    expect(mistakeInSource({ bucket: written })).toContain(says);
  });

  test.each(['my-registry', 'a.b.c', '123', 'x'.repeat(63)])('may be called %s', (name) => {
    expect(mistakeInSource({ bucket: name })).toBeUndefined();
  });
});

describe('an endpoint', () => {
  test.each([
    ['minio:9000', 'write http://minio:9000, or https://minio:9000 where it speaks TLS'],
    ['localhost:9000', 'write http://localhost:9000, or https'],
    ['minio', 'write http://minio, or https://minio where'],
    ['10.0.0.1:9000/', 'write http://10.0.0.1:9000/, or'],
    ['[::1]:9000', 'write http://[::1]:9000, or'],
    ['//minio:9000', 'write http://minio:9000, or'],
    ['s3.eu-west-1.amazonaws.com', 'write https://s3.eu-west-1.amazonaws.com'],
    ['minio.example.com:443', 'write https://minio.example.com:443'],
  ])('%s has no scheme', (endpoint, says) => {
    const message = mistakeInEndpoint('storage.endpoint', endpoint);
    expect(message).toContain(`storage.endpoint ${endpoint} has no scheme: ${says}`);
  });

  test.each([
    's3://my-registry',
    'tcp://minio:9000',
    'http://',
    'http:///x',
    'http://mi nio',
    'http://minio:99999',
    'http://minio?x',
    'http://minio#x',
    'minio 9000',
    'http:minio',
    '',
  ])('%j is none', (endpoint) => {
    expect(mistakeInEndpoint('dynamodb.endpoint', endpoint)).toMatch(/^dynamodb\.endpoint .*http:\/\/minio:9000$/);
  });

  test('with a password in it is refused without repeating the password', () => {
    const message = mistakeInEndpoint('storage.endpoint', 'https://key:secret@minio:9000');
    expect(message).toBe(
      'storage.endpoint holds a user name or a password: leave them out of it, keys are given as credentials',
    );
  });

  test.each([
    ['https://my-registry.s3.amazonaws.com', 'leave it out, for that is AWS, or write https://s3.amazonaws.com'],
    ['https://my-registry.s3.eu-west-1.amazonaws.com/', 'or write https://s3.eu-west-1.amazonaws.com'],
    ['https://other.name.s3-eu-west-1.amazonaws.com', 'or write https://s3-eu-west-1.amazonaws.com'],
    [
      'https://my-registry.s3.dualstack.eu-west-1.amazonaws.com',
      'or write https://s3.dualstack.eu-west-1.amazonaws.com',
    ],
    ['https://my-registry.s3.cn-north-1.amazonaws.com.cn', 'or write https://s3.cn-north-1.amazonaws.com.cn'],
    ['https://my-registry.s3.fr-par.scw.cloud', 'write https://s3.fr-par.scw.cloud'],
    ['https://my-registry.ams3.digitaloceanspaces.com', 'write https://ams3.digitaloceanspaces.com'],
    ['http://my-registry.s3.local:9000', 'write http://s3.local:9000'],
    ['http://minio:9000/my-registry', 'write http://minio:9000'],
    ['http://minio:9000/my-registry/', 'write http://minio:9000'],
    ['http://minio:9000/my-registry/x', 'write http://minio:9000, and storage.rootDirectory: x'],
  ])('%s holds the bucket', (endpoint, says) => {
    const message = mistakeInSource({ bucket, storage: { endpoint } });
    expect(message).toMatch(/ holds the bucket: /);
    expect(message?.endsWith(says)).toBe(true);
  });

  test.each([
    'http://minio:9000',
    'https://s3.eu-west-1.amazonaws.com',
    'https://s3.amazonaws.com/',
    'https://ams3.digitaloceanspaces.com',
    'https://my-registry.example.com',
    'https://project.supabase.co/storage/v1/s3',
    'http://[::1]:9000',
    'HTTPS://MINIO:9000',
  ])('may be %s', (endpoint) => {
    expect(mistakeInSource({ bucket, storage: { endpoint } })).toBeUndefined();
  });

  test('may be a host with the name of the bucket', () => {
    expect(mistakeInSource({ bucket: 'minio', storage: { endpoint: 'http://minio.storage:9000' } })).toBeUndefined();
    expect(
      mistakeInSource({ bucket: 'ams3', storage: { endpoint: 'https://ams3.digitaloceanspaces.com' } }),
    ).toBeUndefined();
  });
});

describe('a root directory', () => {
  test.each([
    ['docker/registry/v2', 'leave it out'],
    ['/docker/registry/v2/', 'leave it out'],
    ['docker/registry/v2/repositories', 'leave it out'],
    ['docker/registry/v2/blobs/sha256', 'leave it out'],
    ['my-registry/docker/registry/v2', 'leave it out'],
    ['images/docker/registry/v2', 'write storage.rootDirectory: images'],
    ['/a/b/docker/registry/v2/repositories/x', 'write storage.rootDirectory: a/b'],
  ])('of %s is inside of the registry', (rootDirectory, says) => {
    expect(mistakeInSource({ bucket, storage: { rootDirectory } })).toBe(
      `storage.rootDirectory ${rootDirectory} is inside of the registry: ${says}`,
    );
  });

  test('is no URL', () => {
    const message = mistakeInSource({ bucket, storage: { rootDirectory: 's3://my-registry/x' } });
    expect(message).toContain('write the folder in the bucket alone');
  });

  test.each(['', '/', 'images', '/images/', 'a/b', 'docker', 'docker/registry', 'registry', 'docker/registry/v2x'])(
    'may be %j',
    (rootDirectory) => {
      expect(mistakeInSource({ bucket, storage: { rootDirectory } })).toBeUndefined();
    },
  );
});
