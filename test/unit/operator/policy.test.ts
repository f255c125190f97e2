import { describe, expect, test } from '@jest/globals';
import { type AmbientCredentials, allowsAmbient, allowsEndpoint } from '../../../src/operator/policy.ts';

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
