import { describe, expect, test } from '@jest/globals';
import { admit } from '../../../src/operator/admit.ts';
import type { Policy } from '../../../src/operator/policy.ts';
import { type Resource, registryIndex } from './support/resources.ts';

const policy: Policy = {
  ambientCredentials: 'ReleaseNamespace',
  releaseNamespace: 'team',
  allowedEndpoints: ['http://minio:9000'],
};
const elsewhere = { namespace: 'elsewhere' };
const secret = { credentials: { secretRef: { name: 'keys' } } };

describe('a resource is acted on', () => {
  test.each<{ when: string; resource: Resource }>([
    { when: 'when it uses AWS with the ambient credentials of the release namespace', resource: {} },
    { when: 'when it is elsewhere and brings a Secret', resource: { metadata: elsewhere, spec: secret } },
    { when: 'when its endpoints are allowed', resource: { spec: { storage: { endpoint: 'http://minio:9000' } } } },
    {
      when: 'when its bucket is in front of an allowed host',
      resource: { spec: { bucket: 'a.b.c', storage: { endpoint: 'http://minio:9000', forcePathStyle: false } } },
    },
    {
      when: 'when its service has regions of its own',
      resource: {
        spec: {
          region: 'local',
          storage: { endpoint: 'http://minio:9000', region: 'garage' },
          dynamodb: { endpoint: 'http://minio:9000' },
        },
      },
    },
    {
      when: 'when it names other objects as they can be called',
      resource: { spec: { credentials: { secretRef: { name: 'aws.eu-1' } }, serviceAccountName: '0' } },
    },
  ])('$when', ({ resource }) => {
    expect(admit(registryIndex(resource), policy)).toBeUndefined();
  });
});

describe('a resource is refused with what to mend', () => {
  test.each<{ when: string; resource: Resource; reason: string; says: string }>([
    {
      when: 'when it asks for access control, which an open search would not be',
      resource: { spec: { search: { access: { mode: 'Registry' } } } },
      reason: 'UnsupportedAccess',
      says: 'leave search.access out',
    },
    {
      when: 'when the endpoint of its tables is not allowed',
      resource: { spec: { dynamodb: { endpoint: 'http://10.0.0.1' } } },
      reason: 'EndpointNotAllowed',
      says: 'dynamodb.endpoint http://10.0.0.1 is not allowed here; add it to allowedEndpoints',
    },
    {
      when: 'when the endpoint of its bucket is not allowed',
      resource: { spec: { ...secret, storage: { endpoint: 'http://10.0.0.1' } } },
      reason: 'EndpointNotAllowed',
      says: 'storage.endpoint',
    },
    {
      when: 'when neither of its endpoints is allowed, both at once',
      resource: { spec: { storage: { endpoint: 'http://10.0.0.1' }, dynamodb: { endpoint: 'http://10.0.0.2' } } },
      reason: 'EndpointNotAllowed',
      says: 'dynamodb.endpoint http://10.0.0.2 and storage.endpoint http://10.0.0.1 are not allowed here',
    },
    {
      when: 'when its region leads to this machine',
      resource: { spec: { region: 'local' } },
      reason: 'EndpointNotAllowed',
      says: 'region local, which leads to http://localhost:8000, is not allowed here',
    },
    {
      when: 'when AWS has no host for its bucket',
      resource: { spec: { bucket: 'x--x-s3' } },
      reason: 'EndpointNotAllowed',
      says: 'region eu-west-1, which AWS has no address for,',
    },
    {
      when: 'when a URL has a password in it, which is not told',
      resource: { spec: { storage: { endpoint: 'http://id:secret@minio:9000' } } },
      reason: 'EndpointInvalid',
      says: 'storage.endpoint is not an http:// or https:// URL of a host, with a port and a path at most, such as http://minio.storage:9000',
    },
    {
      when: 'when the URL of the registry is none',
      resource: { spec: { registry: { url: 'registry.example.com' } } },
      reason: 'EndpointInvalid',
      says: 'registry.url is not an http://',
    },
    {
      when: 'when it would use the ambient credentials from another namespace',
      resource: { metadata: elsewhere },
      reason: 'CredentialsRequired',
      says: 'name a Secret in credentials.secretRef',
    },
    {
      when: 'also when only its pods bring a Secret: the operator itself makes the tables',
      resource: { metadata: elsewhere, spec: { backfill: secret, search: secret } },
      reason: 'CredentialsRequired',
      says: 'elsewhere',
    },
  ])('$when', ({ resource, reason, says }) => {
    expect(admit(registryIndex(resource), policy)).toEqual({ reason, message: expect.stringContaining(says) });
  });
});

describe('names that lead elsewhere are refused', () => {
  const REFERENCES: [string, (name: string) => Resource['spec']][] = [
    ['credentials.secretRef.name', (name) => ({ credentials: { secretRef: { name } } })],
    ['backfill.credentials.secretRef.name', (name) => ({ backfill: { credentials: { secretRef: { name } } } })],
    ['indexer.credentials.secretRef.name', (name) => ({ indexer: { credentials: { secretRef: { name } } } })],
    ['search.credentials.secretRef.name', (name) => ({ search: { credentials: { secretRef: { name } } } })],
    ['serviceAccountName', (name) => ({ serviceAccountName: name })],
    ['backfill.serviceAccountName', (name) => ({ backfill: { serviceAccountName: name } })],
    ['indexer.serviceAccountName', (name) => ({ indexer: { serviceAccountName: name } })],
    ['search.serviceAccountName', (name) => ({ search: { serviceAccountName: name } })],
    ['notifications.tokenSecretRef.name', (name) => ({ notifications: { tokenSecretRef: { name, key: 'k' } } })],
    ['search.ingress.className', (name) => ({ search: { ingress: { host: 'h', className: name } } })],
    ['search.ingress.tlsSecretName', (name) => ({ search: { ingress: { host: 'h', tlsSecretName: name } } })],
  ];

  test.each(REFERENCES)('in %s', (field, spec) => {
    for (const name of [
      '..',
      '.',
      '../secrets/x',
      'a/b',
      '%2e%2e',
      'A',
      'a b',
      'a\u0000',
      'a?watch=1',
      'a'.repeat(254),
    ])
      expect(admit(registryIndex({ spec: { ...secret, ...spec(name) } }), policy)).toEqual({
        reason: 'NameInvalid',
        message: expect.stringContaining(`${field} ${JSON.stringify(name.slice(0, 80))} is not the name of an object`),
      });
  });

  const STRANGE = ['us-east-1.evil.example/', 'us-east-1#', 'x@y', 'a.b', 'US-EAST-1', '..', '-a', 'a_b', 'a/b', 'ä'];

  test.each<[string, (region: string) => Resource['spec']]>([
    ['region', (region) => ({ region })],
    ['storage.region', (region) => ({ storage: { region } })],
  ])('in %s', (field, spec) => {
    for (const region of STRANGE)
      expect(admit(registryIndex({ spec: spec(region) ?? {} }), policy)).toEqual({
        reason: 'NameInvalid',
        message: `${field} ${JSON.stringify(region)} is not a region in lower case, such as eu-west-1`,
      });
  });

  test.each(['a/b', 'evil.example/', 'a#b', 'a:b', 'arn:aws:s3:::b', 'A', '..', 'a\nb'])(
    'in a bucket called %j',
    (name) => {
      expect(admit(registryIndex({ spec: { bucket: name } }), policy)?.reason).toBe('NameInvalid');
    },
  );

  test.each<[string, Resource['spec']]>([
    ['database', { database: 'a/b' }],
    ['repositoryTable', { repositoryTable: 'arn:aws:dynamodb:us-east-1:1:table/x' }],
    ['versionTable', { versionTable: 'x y z' }],
  ])('in %s', (field, spec) => {
    expect(admit(registryIndex({ spec: spec ?? {} }), policy)?.message).toContain(`${field} `);
  });
});
