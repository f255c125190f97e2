import { describe, expect, test } from '@jest/globals';
import { type AmbientCredentials, allowsAmbient, allowsEndpoint } from '../../../../src/operator/validation/policy.ts';

const allows = (pattern: string, endpoint: string) =>
  allowsEndpoint({ ambientCredentials: 'None', releaseNamespace: 'r', allowedEndpoints: [pattern] }, endpoint);

describe('allowedEndpoints', () => {
  test.each([
    { pattern: 'http://minio.storage:9000', endpoint: 'http://minio.storage:9000' },
    { pattern: 'http://minio.storage:9000', endpoint: 'http://minio.storage:9000/' },
    { pattern: 'http://minio.storage:9000/', endpoint: 'http://minio.storage:9000' },
    { pattern: 'http://10.0.0.1:*', endpoint: 'http://10.0.0.1:8000' },
    { pattern: 'https://*.storage.example', endpoint: 'https://eu.storage.example' },
    { pattern: '*', endpoint: 'https://anything.example:1/path' },
    { pattern: 'http://*', endpoint: 'http://anything.example:9000' },
    { pattern: 'http://minio*', endpoint: 'http://minio-2:9000' },
    { pattern: 'http://minio:*', endpoint: 'http://minio' },
    { pattern: 'http://minio:80', endpoint: 'http://minio' },
    { pattern: 'https://minio', endpoint: 'https://minio:443' },
    { pattern: 'http://MinIO.storage:9000', endpoint: 'HTTP://MINIO.storage:9000' },
    { pattern: 'http://10.0.*:9000', endpoint: 'http://10.0.0.7:9000' },
    { pattern: 'http://127.0.0.1:9000', endpoint: 'http://0x7f.1:9000' },
    { pattern: 'http://[::1]:9000', endpoint: 'http://[0:0:0:0:0:0:0:1]:9000' },
    { pattern: 'https://bücher.example', endpoint: 'https://xn--bcher-kva.example' },
    { pattern: 'http://gate:9000/s3', endpoint: 'http://gate:9000/s3/' },
    { pattern: 'http://gate:9000/*/s3', endpoint: 'http://gate:9000/team/s3' },
  ])('$pattern allows $endpoint', ({ pattern, endpoint }) => {
    expect(allows(pattern, endpoint)).toBe(true);
  });

  test.each([
    { pattern: 'http://minio.storage:9000', endpoint: 'https://minio.storage:9000' },
    { pattern: 'http://minio.storage:9000', endpoint: 'http://minio.storage:9001' },
    { pattern: 'http://minio.storage:9000', endpoint: 'http://minio-storage:9000' },
    { pattern: 'http://minio.storage', endpoint: 'http://minio.storage.evil.example' },
    { pattern: 'https://*.storage.example', endpoint: 'https://evil.example/.storage.example' },
    { pattern: 'https://*.storage.example', endpoint: 'https://evil.example?.storage.example' },
    { pattern: 'https://*.storage.example', endpoint: 'https://evil.example#.storage.example' },
    { pattern: 'https://*.storage.example', endpoint: 'https://evil.example\\.storage.example' },
    { pattern: 'http://*', endpoint: 'http://host/with/path' },
    { pattern: 'http://10.0.0.1:*', endpoint: 'http://10.0.0.1:80@evil.example' },
    { pattern: 'http://10.0.0.*', endpoint: 'http://10.0.0.1.evil.example' },
    { pattern: 'http://10.0.0.*', endpoint: 'http://10.0.0.evil' },
    { pattern: 'http://minio*', endpoint: 'http://minio.evil.example' },
    { pattern: 'http://minio:9*', endpoint: 'http://minio:80' },
    { pattern: 'http://minio.storage', endpoint: 'http://minio.storage.' },
    { pattern: 'http://minio.storage', endpoint: 'http://minio%2estorage.evil' },
    { pattern: 'http://10.0.0.1:9000', endpoint: 'http://167772161:9001' },
    { pattern: 'http://0.0.0.1:*', endpoint: 'http://1.0.0.0' },
    { pattern: 'http://gate:9000/s3', endpoint: 'http://gate:9000/s3/../admin' },
    { pattern: 'http://gate:9000/s3', endpoint: 'http://gate:9000/s3/%2e%2e/admin' },
    { pattern: 'http://gate:9000/*', endpoint: 'http://gate:9000/a/b' },
    { pattern: 'http://minio:9000', endpoint: 'http://minio:9000?x=1' },
    { pattern: 'http://minio:9000', endpoint: 'http://minio:9000#x' },
    { pattern: '*', endpoint: 'http://id:secret@minio:9000' },
    { pattern: '*', endpoint: 'ftp://minio' },
    { pattern: '*', endpoint: 'http:minio' },
    { pattern: '*', endpoint: 'http:///minio' },
    { pattern: '*', endpoint: 'http://mi\tnio' },
    { pattern: '*', endpoint: 'http://mi\u00adnio' },
    { pattern: '*', endpoint: ' http://minio' },
    { pattern: '*', endpoint: 'http://minio:65536' },
    { pattern: 'minio:9000', endpoint: 'http://minio:9000' },
  ])('$pattern does not allow $endpoint', ({ pattern, endpoint }) => {
    expect(allows(pattern, endpoint)).toBe(false);
  });

  test('none allows nothing', () => {
    const policy = { ambientCredentials: 'None', releaseNamespace: 'r', allowedEndpoints: [] } as const;
    expect(allowsEndpoint(policy, 'http://minio:9000')).toBe(false);
  });
});

test.each<{ where: AmbientCredentials; namespace: string; allowed: boolean }>([
  { where: 'ReleaseNamespace', namespace: 'release', allowed: true },
  { where: 'ReleaseNamespace', namespace: 'team', allowed: false },
  { where: 'All', namespace: 'team', allowed: true },
  { where: 'None', namespace: 'release', allowed: false },
])('ambient credentials for $where serve namespace $namespace: $allowed', ({ where, namespace, allowed }) => {
  const policy = { ambientCredentials: where, releaseNamespace: 'release', allowedEndpoints: [] };
  expect(allowsAmbient(policy, namespace)).toBe(allowed);
});
