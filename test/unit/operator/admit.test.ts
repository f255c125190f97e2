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
