import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../../../src/operator/validation/policy.ts';
import { validate } from '../../../../src/operator/validation/validate.ts';
import { type Resource, registryIndex } from '../../../support/operator/resources.ts';

const policy: Policy = {
  ambientCredentials: 'ReleaseNamespace',
  releaseNamespace: 'team',
  allowedEndpoints: ['http://minio:9000'],
  allowedRoles: { elsewhere: ['arn:aws:iam::123456789012:role/elsewhere-*'] },
};
const role = (name: string) => ({ credentials: { roleArn: `arn:aws:iam::123456789012:role/${name}` } });
const elsewhere = { namespace: 'elsewhere' };
const secret = { credentials: { secretRef: { name: 'keys' } } };

describe('a resource is acted on', () => {
  test.each<{ when: string; resource: Resource }>([
    { when: 'when it uses AWS with the ambient credentials of the release namespace', resource: {} },
    { when: 'when it is elsewhere and brings a Secret', resource: { metadata: elsewhere, spec: secret } },
    {
      when: 'when it is elsewhere and names a role that is allowed there',
      resource: { metadata: elsewhere, spec: role('elsewhere-a') },
    },
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
      when: 'when it lets pages of other origins read answers',
      resource: { spec: { search: { cors: { origins: ['https://ui.example.com', 'http://localhost:3000'] } } } },
    },
    { when: 'when it lets all pages read them', resource: { spec: { search: { cors: { origins: ['*'] } } } } },
    {
      when: 'when its events come through a queue of AWS',
      resource: { spec: { notifications: { sqs: { queueURL: 'https://sqs.eu-west-1.amazonaws.com/1/events' } } } },
    },
    {
      when: 'when its queue is at an allowed endpoint',
      resource: { spec: { notifications: { sqs: { queueURL: 'http://minio:9000/1/events', region: 'local' } } } },
    },
    {
      when: 'when it names other objects as they can be called',
      resource: { spec: { credentials: { secretRef: { name: 'aws.eu-1' } }, serviceAccountName: '0' } },
    },
  ])('$when', ({ resource }) => {
    expect(validate(registryIndex(resource), policy)).toBeUndefined();
  });
});

describe('a resource is refused with what to mend', () => {
  test.each<{ when: string; resource: Resource; reason: string; says: string }>([
    {
      when: 'when its bucket has a folder in it',
      resource: { spec: { bucket: 's3://my-registry/docker' } },
      reason: 'NameInvalid',
      says: 'write bucket: my-registry and storage.rootDirectory: docker',
    },
    {
      when: 'when its root directory is inside of the registry',
      resource: { spec: { storage: { rootDirectory: '/docker/registry/v2' } } },
      reason: 'SourceInvalid',
      says: 'leave it out',
    },
    {
      when: 'when it names an origin that no browser sends',
      resource: { spec: { search: { cors: { origins: ['https://UI.example.com/'] } } } },
      reason: 'OriginInvalid',
      says: 'search.cors.origins holds https://UI.example.com/, which no browser sends: write https://ui.example.com',
    },
    {
      when: 'when its endpoint holds the bucket',
      resource: { spec: { bucket: 'images', storage: { endpoint: 'http://minio:9000/images' } } },
      reason: 'SourceInvalid',
      says: 'write http://minio:9000',
    },
    {
      when: 'when it asks for access control by a registry that it does not name',
      resource: { spec: { search: { access: { mode: 'Registry' } } } },
      reason: 'AccessInvalid',
      says: 'needs the address of the registry',
    },
    {
      when: 'when the address that passwords are sent to could be read differently',
      resource: {
        spec: {
          search: { access: { mode: 'Registry', registry: { url: 'https://a.example', tokenURL: 'https://a@b' } } },
        },
      },
      reason: 'EndpointInvalid',
      says: 'search.access.registry.tokenURL is not',
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
      when: 'when its queue is not at an allowed endpoint',
      resource: { spec: { notifications: { sqs: { queueURL: 'http://10.0.0.1/1/events' } } } },
      reason: 'EndpointNotAllowed',
      says: 'notifications.sqs.queueURL, which leads to http://10.0.0.1, is not allowed here; add it to allowedEndpoints',
    },
    {
      when: 'when its queue is a bucket of somebody',
      resource: { spec: { notifications: { sqs: { queueURL: 'https://sqs.eu-west-1.s3.amazonaws.com/1/events' } } } },
      reason: 'EndpointNotAllowed',
      says: 'notifications.sqs.queueURL, which leads to https://sqs.eu-west-1.s3.amazonaws.com,',
    },
    {
      when: 'when it names its queue by ARN',
      resource: { spec: { notifications: { sqs: { queueURL: 'arn:aws:sqs:eu-west-1:1:events' } } } },
      reason: 'QueueInvalid',
      says: 'is the ARN of a queue: write https://sqs.eu-west-1.amazonaws.com/1/events',
    },
    {
      when: 'when the region of its queue is no region',
      resource: { spec: { notifications: { sqs: { queueURL: 'http://minio:9000/1/events', region: 'a.b/c' } } } },
      reason: 'NameInvalid',
      says: 'notifications.sqs.region "a.b/c" is not a region',
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
    {
      when: 'when it names roles that its namespace may not have, all at once',
      resource: { spec: { ...role('elsewhere-a'), search: role('b') } },
      reason: 'RoleNotAllowed',
      says: 'credentials.roleArn: arn:aws:iam::123456789012:role/elsewhere-a, search.credentials.roleArn: arn:aws:iam::123456789012:role/b may not be assumed for namespace team; add it to allowedRoles',
    },
    {
      when: 'when it names a role that is not allowed besides a Secret',
      resource: { spec: { credentials: { ...secret.credentials, ...role('a').credentials } } },
      reason: 'RoleNotAllowed',
      says: 'role/a may not be assumed',
    },
    {
      when: 'when its role is none',
      resource: {
        metadata: elsewhere,
        spec: { credentials: { roleArn: 'arn:aws:iam::123456789012:user/elsewhere-a' } },
      },
      reason: 'NameInvalid',
      says: 'is not the ARN of a role',
    },
  ])('$when', ({ resource, reason, says }) => {
    expect(validate(registryIndex(resource), policy)).toEqual({ reason, message: expect.stringContaining(says) });
  });
});

describe('more than the chart allows is refused', () => {
  const billing = (units: object): Resource['spec'] => ({ dynamodb: { billing: { mode: 'Provisioned', ...units } } });
  const limits = (amounts: Record<string, string | number>): Resource['spec'] => ({
    search: { resources: { limits: amounts } },
  });

  test.each<{ of: string; spec: Resource['spec']; says: string }>([
    {
      of: 'read units',
      spec: billing({ readUnits: 40_001, writeUnits: 1 }),
      says: 'dynamodb.billing.readUnits "40001" is more than the 40000 that are allowed here; lower it, or raise limits.readUnits',
    },
    { of: 'write units', spec: billing({ readUnits: 1, writeUnits: 1_000_000 }), says: 'billing.writeUnits "1000000"' },
    {
      of: 'warm throughput',
      spec: { dynamodb: { billing: { mode: 'OnDemand', warmThroughput: { readUnits: 12_000, writeUnits: 50_000 } } } },
      says: 'dynamodb.billing.warmThroughput.writeUnits "50000" is more than the 40000',
    },
    { of: 'replicas', spec: { search: { replicas: 21 } }, says: 'search.replicas "21" is more than the 20' },
    { of: 'workers', spec: { backfill: { workers: 65 } }, says: 'backfill.workers "65" is more than the 64' },
    { of: 'concurrency', spec: { backfill: { concurrency: 257 } }, says: 'backfill.concurrency "257"' },
    { of: 'cores', spec: limits({ cpu: '17' }), says: 'search.resources.limits.cpu "17" is more than the 16' },
    {
      of: 'memory',
      spec: limits({ memory: '65Gi' }),
      says: 'search.resources.limits.memory "65Gi" is more than the 64Gi',
    },
    { of: 'memory in another unit', spec: limits({ memory: '1e12' }), says: 'limits.memory "1e12"' },
    { of: 'disk', spec: limits({ 'ephemeral-storage': '1Ti' }), says: 'limits.ephemeral-storage "1Ti"' },
    {
      of: 'memory of a worker, as a request',
      spec: { backfill: { resources: { requests: { memory: '1Ti' } } } },
      says: 'backfill.resources.requests.memory "1Ti"',
    },
  ])('of $of, with the bound', ({ spec, says }) => {
    expect(validate(registryIndex({ spec: spec ?? {} }), policy)).toEqual({
      reason: 'LimitExceeded',
      message: expect.stringContaining(says),
    });
  });

  test.each<{ what: string; spec: Resource['spec']; says: string }>([
    { what: 'a word', spec: limits({ memory: 'lots' }), says: 'search.resources.limits.memory "lots" is no amount' },
    { what: 'less than nothing', spec: limits({ cpu: '-1' }), says: 'is no amount' },
    { what: 'no number', spec: limits({ cpu: '1.2.3' }), says: 'is no amount' },
    { what: 'more than a number can say', spec: limits({ cpu: '9e999' }), says: 'is no amount' },
    { what: 'a limit of nothing', spec: limits({ memory: 0 }), says: '0 is no limit to Kubernetes' },
    {
      what: 'what no pod needs',
      spec: limits({ 'nvidia.com/gpu': 8 }),
      says: 'limits.nvidia.com/gpu is not known here',
    },
    {
      what: 'a request above its limit',
      spec: { search: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } } },
      says: 'search.resources.requests.memory "2Gi" is more than its limit "1Gi"',
    },
  ])('as is $what, with what to mend', ({ spec, says }) => {
    expect(validate(registryIndex({ spec: spec ?? {} }), policy)).toEqual({
      reason: 'QuantityInvalid',
      message: expect.stringContaining(says),
    });
  });

  test('also if the chart allows less, and not if it allows more', () => {
    const spec = { search: { replicas: 10, resources: { limits: { memory: '100Gi' } } } };
    const allowing = (given: Policy['limits']) =>
      validate(registryIndex({ spec }), { ...policy, ...(given ? { limits: given } : {}) });
    expect(allowing({ podMemory: '1Ti' })).toBeUndefined();
    expect(allowing({ podMemory: '1Ti', searchReplicas: 3 })?.message).toContain(
      'search.replicas "10" is more than the 3',
    );
  });

  test.each(['* * * * *', '*/4 * * * *', '@every 1m', 'CRON_TZ=Europe/Paris */2 * * * *'])(
    'of resyncs by the schedule %s',
    (schedule) => {
      expect(validate(registryIndex({ spec: { resync: { schedule } } }), policy)).toEqual({
        reason: 'ScheduleTooFrequent',
        message: expect.stringMatching(
          /^resync\.schedule .* begins resyncs [1-4] min apart, and 5 min are the least here; let more time pass, or lower limits\.resyncMinutes/,
        ),
      });
    },
  );

  test.each(['*/5 * * * *', '@hourly', '30 3 * * *', '99 4 * * *'])('not of resyncs by the schedule %s', (schedule) => {
    expect(validate(registryIndex({ spec: { resync: { schedule } } }), policy)).toBeUndefined();
  });
});

describe('names that could reach something else are refused', () => {
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
      expect(validate(registryIndex({ spec: { ...secret, ...spec(name) } }), policy)).toEqual({
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
      expect(validate(registryIndex({ spec: spec(region) ?? {} }), policy)).toEqual({
        reason: 'NameInvalid',
        message: `${field} ${JSON.stringify(region)} is not a region in lower case, such as eu-west-1`,
      });
  });

  test.each(['a/b', 'evil.example/', 'a#b', 'a:b', 'arn:aws:s3:::b', 'A', '..', 'a\nb'])(
    'in a bucket called %j',
    (name) => {
      expect(validate(registryIndex({ spec: { bucket: name } }), policy)?.reason).toBe('NameInvalid');
    },
  );

  test.each<[string, Resource['spec']]>([
    ['database', { database: 'a/b' }],
    ['repositoryTable', { repositoryTable: 'arn:aws:dynamodb:us-east-1:1:table/x' }],
    ['versionTable', { versionTable: 'x y z' }],
  ])('in %s', (field, spec) => {
    expect(validate(registryIndex({ spec: spec ?? {} }), policy)?.message).toContain(`${field} `);
  });
});
