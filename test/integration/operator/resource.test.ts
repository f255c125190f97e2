import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import { type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { eventually } from '../../support/eventually.ts';
import { type ApiServer, startApiServer } from '../../support/operator/api-server.ts';

let server: ApiServer;
let made = 0;

beforeAll(async () => {
  server = await startApiServer();
});

afterAll(() => server.stop());

const soon = () => AbortSignal.timeout(120_000);
const given = { database: 'docker-registry', region: 'eu-west-1', bucket: 'my-registry' };

/** Any fields, right or wrong. */
function create(spec: object): Promise<KubeObject> {
  const metadata = { namespace: 'default', name: `index-${++made}` };
  return server.client.create(REGISTRY_INDEX, { apiVersion: API_VERSION, kind: KIND, metadata, spec }, soon());
}

async function change(from: Partial<RegistryIndexSpec>, spec: object): Promise<KubeObject> {
  const before = await create({ ...given, ...from });
  return server.client.patch(REGISTRY_INDEX, keyOf(before), { spec }, soon());
}

const entry = { name: 'secret', key: 'entry' };
const byFile = { mode: 'Htpasswd', htpasswdSecretRef: entry };
const RULES = [
  { names: ['library/**'], anonymous: true },
  { names: ['**'], except: ['hr/**'], authenticated: true },
  { names: ['hr/**'], users: ['eve'], groups: ['payments'] },
];
const REFUSED_PATTERNS = [
  ['', 'fits no name: write ** for all of them'],
  ['/team/**', 'fits no name: leave out a slash at the beginning'],
  ['team/', 'and write ** after one at the end'],
  ['team//web', 'leave out a slash at the beginning and a second one'],
  ['team/***', 'has three stars'],
  ['Team/**', 'names have lower-case letters'],
  ['registry.example.com:5000/**', 'and no host in front'],
] as const;

describe('a resource is taken', () => {
  test('with three fields, and the rest gets its defaults', async () => {
    expect((await create(given)).spec).toEqual({ ...given, deletionPolicy: 'Retain', adoptionPolicy: 'Never' });
    const { spec } = await create({ ...given, storage: {}, backfill: {} });
    expect(spec).toMatchObject({ storage: { layout: 'Auto' }, backfill: { workers: 1, concurrency: 32 } });
  });

  test.each<[string, object]>([
    ['on-demand billing', { dynamodb: { billing: { mode: 'OnDemand' } } }],
    [
      'provisioned billing with its units',
      { dynamodb: { billing: { mode: 'Provisioned', readUnits: 5, writeUnits: 5 } } },
    ],
    [
      'endpoints of compatible services',
      { storage: { endpoint: 'http://minio:9000' }, dynamodb: { endpoint: 'https://10.0.0.1:8000' } },
    ],
    ['tags', { dynamodb: { tags: { team: 'platform' } } }],
    ['the origin of pages', { search: { cors: { origins: ['https://ui.example.com', 'http://localhost:3000'] } } }],
    ['origins that are addresses', { search: { cors: { origins: ['http://127.0.0.1', 'https://[::1]:8443'] } } }],
    [
      'a queue as the only sender of events',
      { notifications: { sqs: { queueURL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/registry-events' } } },
    ],
    ['all origins', { search: { cors: { origins: ['*'] } } }],
    ['access that identifies no callers', { search: { access: { mode: 'Anonymous' } } }],
    [
      "access by the registry's login",
      { registry: { url: 'https://registry.example.com' }, search: { access: { mode: 'Registry' } } },
    ],
    ['access with rules', { search: { access: { ...byFile, groups: { payments: ['ann'] }, rules: RULES } } }],
    [
      'access by a proxy, which says what groups there are',
      { search: { access: { mode: 'ForwardedUser', forwardedUser: { secretRef: entry }, rules: RULES } } },
    ],
    ['resources as Kubernetes writes them', { search: { resources: { requests: { cpu: 1, memory: '1Gi' } } } }],
  ])('with %s', async (_what, fields) => {
    await expect(create({ ...given, ...fields })).resolves.toMatchObject({ spec: fields });
  });
});

describe('a resource is refused with what is wrong', () => {
  test.each<[string, object, string]>([
    ['notifications of nobody', { notifications: { pulls: 'Hints' } }, 'needs tokenSecretRef'],
    [
      'a queue by its ARN',
      { notifications: { sqs: { queueURL: 'arn:aws:sqs:eu-west-1:123456789012:registry-events' } } },
      'must be the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com',
    ],
    [
      'a queue with a password in its URL',
      { notifications: { sqs: { queueURL: 'https://me:secret@sqs.example/1/events' } } },
      'must be the URL of a queue',
    ],
    [
      'a bucket with a scheme',
      { bucket: 's3://my-registry' },
      'must be the name of a bucket alone, 3 to 63 characters, without s3://',
    ],
    ['a bucket with a path', { bucket: 'my-registry/images' }, 'storage.rootDirectory holds the path'],
    ['a bucket in capitals', { bucket: 'My-Registry' }, 'must be the name of a bucket alone'],
    ['a short table name', { database: 'db' }, 'must be 3 characters or more'],
    ['a table name with a slash', { repositoryTable: 'team/images' }, "of letters, digits, '_', '-' and '.'"],
    ['one table for both', { repositoryTable: 'one', versionTable: 'one' }, 'must be two different tables'],
    [
      'a table that is the other’s default',
      { versionTable: 'docker-registry-repository' },
      'must be two different tables',
    ],
    ['a region in words', { region: 'EU (Ireland)' }, "must be a region's name in lower case, such as eu-west-1"],
    ['no region', { region: undefined }, 'spec.region: Required value'],
    [
      'provisioned billing without units',
      { dynamodb: { billing: { mode: 'Provisioned' } } },
      'readUnits and writeUnits are both required with mode Provisioned',
    ],
    [
      'on-demand billing with units',
      { dynamodb: { billing: { mode: 'OnDemand', readUnits: 1 } } },
      'not allowed with OnDemand',
    ],
    [
      'an endpoint without a scheme',
      { dynamodb: { endpoint: 'minio:9000' } },
      'must be an http:// or https:// URL without credentials',
    ],
    [
      'an endpoint with credentials',
      { storage: { endpoint: 'http://id:secret@minio:9000' } },
      'URL without credentials',
    ],
    [
      'a tag of AWS',
      { dynamodb: { tags: { 'aws:team': 'x' } } },
      'tag keys may not start with aws: or registryindex.dev/',
    ],
    ['a tag of ours', { dynamodb: { tags: { 'registryindex.dev/name': 'x' } } }, 'tag keys may not start with'],
    ...['ui.example.com', 'https://ui.example.com/', 'https://UI.example.com', 'https://*.example.com', 'null', ''].map(
      (origin): [string, object, string] => [
        `a page's origin written as ${origin}`,
        { search: { cors: { origins: [origin] } } },
        'must be * or an origin such as https://ui.example.com',
      ],
    ),
    [
      "an origin with its scheme's own port",
      { search: { cors: { origins: ['https://ui.example.com:443'] } } },
      'must leave out the port of http (80) or https (443)',
    ],
    [
      'all origins and another',
      { search: { cors: { origins: ['*', 'https://ui.example.com'] } } },
      '* must stand alone, because it allows every origin',
    ],
    ['an origin twice', { search: { cors: { origins: ['http://a', 'http://a'] } } }, 'Duplicate value'],
    ['no list of origins', { search: { cors: {} } }, 'spec.search.cors.origins: Required value'],
    ...REFUSED_PATTERNS.map(([pattern, sentence]): [string, object, string] => [
      `a pattern written as ${pattern}`,
      { search: { access: { ...byFile, rules: [{ names: ['**'], except: [pattern], anonymous: true }] } } },
      sentence,
    ]),
    [
      'a rule for nobody',
      { search: { access: { ...byFile, rules: [{ names: ['**'], users: [] }] } } },
      'applies to no caller: set anonymous, authenticated, users or groups',
    ],
    [
      'a rule without names',
      { search: { access: { ...byFile, rules: [{ names: [], anonymous: true }] } } },
      'gives no names: write ** for all of them',
    ],
    [
      'a group that is not there',
      { search: { access: { ...byFile, rules: [{ names: ['**'], groups: ['payments'] }] } } },
      'a rule names a group that groups does not have',
    ],
    [
      'rules where callers are not identified',
      { search: { access: { mode: 'Anonymous', rules: RULES } } },
      'need a mode that identifies',
    ],
    [
      'access by no file',
      { search: { access: { mode: 'Htpasswd' } } },
      'htpasswdSecretRef goes with mode Htpasswd, which needs it',
    ],
    [
      'access by a file besides',
      { search: { access: { ...byFile, mode: 'ForwardedUser', forwardedUser: { secretRef: entry } } } },
      'htpasswdSecretRef goes with',
    ],
    [
      'access by a proxy without a secret',
      { search: { access: { mode: 'ForwardedUser' } } },
      'forwardedUser goes with mode ForwardedUser',
    ],
    ['access by no registry', { search: { access: { mode: 'Registry' } } }, 'needs the address of the registry'],
    [
      'an address with a password',
      { search: { access: { mode: 'Registry', registry: { url: 'https://a:b@c' } } } },
      'must be an http:// or https:// URL without credentials',
    ],
    [
      'a header that none can be',
      {
        search: {
          access: { mode: 'ForwardedUser', forwardedUser: { secretRef: entry, userHeader: 'X Forwarded User' } },
        },
      },
      'must be the name of a header other than Authorization',
    ],
    ['an unknown layout', { storage: { layout: 'V3' } }, 'supported values: "Auto", "V2", "V1"'],
    ['too many workers', { backfill: { workers: 65 } }, 'should be less than or equal to 64'],
    ['a Secret without a name', { credentials: { secretRef: {} } }, 'spec.credentials.secretRef.name: Required value'],
  ])('%s', async (_what, fields, sentence) => {
    await expect(create({ ...given, ...fields })).rejects.toThrow(sentence);
  });
});

describe('what decides where the index is cannot be changed', () => {
  const reason = (what: string) => `${what} cannot be changed; make a new RegistryIndex, the bucket fills it again`;

  test.each<[string, Partial<RegistryIndexSpec>, object, string]>([
    ['the database', {}, { database: 'another' }, reason('database')],
    ['the region', {}, { region: 'us-east-1' }, reason('region')],
    [
      'the endpoint',
      { dynamodb: { endpoint: 'http://a:1' } },
      { dynamodb: { endpoint: 'http://b:1' } },
      reason('dynamodb.endpoint'),
    ],
    [
      'nor by an endpoint where there was none',
      {},
      { dynamodb: { endpoint: 'http://a:1' } },
      reason('dynamodb.endpoint'),
    ],
    [
      'nor by taking the endpoint away',
      { dynamodb: { endpoint: 'http://a:1' } },
      { dynamodb: null },
      reason('dynamodb.endpoint'),
    ],
    ['nor by naming a table later', {}, { repositoryTable: 'elsewhere' }, reason('the name of the repository table')],
    [
      'nor by a name taken away',
      { versionTable: 'elsewhere' },
      { versionTable: null },
      reason('the name of the version table'),
    ],
  ])('%s', async (_what, from, spec, sentence) => {
    await expect(change(from, spec)).rejects.toThrow(sentence);
  });

  test('but a name that was the default may be said', async () => {
    const names = { repositoryTable: 'docker-registry-repository', versionTable: 'docker-registry-version' };
    expect((await change({}, names)).spec).toMatchObject(names);
  });

  test('and everything else may change', async () => {
    const fields = { bucket: 'another-registry', search: { replicas: 3 }, deletionPolicy: 'Delete' };
    expect((await change({}, fields)).spec).toMatchObject(fields);
  });
});

describe('kubectl', () => {
  test('applies a manifest as people write it, and says what is wrong with it', async () => {
    const before = await create(given);
    const patch = JSON.stringify({ spec: { database: 'another' } });
    await expect(server.kubectl('patch', 'ri', before.metadata.name, '--type=merge', '-p', patch)).rejects.toThrow(
      'database cannot be changed; make a new RegistryIndex',
    );
  });

  test('shows a resource in a line, and where its tables are in a wide one', async () => {
    const { metadata } = await create(given);
    const condition = { message: '', lastTransitionTime: '2026-03-01T12:00:00Z' };
    const status = {
      conditions: [
        { ...condition, type: 'Ready', status: 'False', reason: 'Backfilling' },
        { ...condition, type: 'SearchAvailable', status: 'True', reason: 'Available' },
        { ...condition, type: 'Degraded', status: 'True', reason: 'MassDeletion' },
      ],
      repositories: 1234,
      endpoint: 'http://search:8080',
      backfill: { progress: '37%' },
      tables: { repository: { name: 'the-r' }, version: { name: 'the-v' } },
    };
    const object = {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { namespace: 'default', name: metadata.name },
      status,
    };
    await server.client.applyStatus(REGISTRY_INDEX, object, { fieldManager: 'test' }, soon());
    const [head, line] = (await server.kubectl('get', 'ri', metadata.name)).split('\n').map((it) => it.split(/ {2,}/));
    expect(head).toEqual([
      'NAME',
      'READY',
      'REASON',
      'REPOSITORIES',
      'BACKFILL',
      'SEARCH',
      'DEGRADED',
      'LAST PUSH',
      'AGE',
    ]);
    expect(line?.slice(1, 7)).toEqual(['False', 'Backfilling', '1234', '37%', 'True', 'MassDeletion']);
    const wide = await server.kubectl('get', 'registryindexes', metadata.name, '-o=wide');
    expect(wide).toMatch(/the-r +the-v +my-registry +http:\/\/search:8080/);
  });

  test('and kstatus take a resource that the operator has not seen yet for one in progress', async () => {
    const { status, metadata } = await create(given);
    expect(status).toEqual({ observedGeneration: -1 });
    expect(metadata.generation).toBe(1);
  });

  test('explains the fields', async () => {
    await eventually(async () =>
      expect(await server.kubectl('explain', 'ri.spec.bucket')).toContain(
        "The registry's S3 bucket. It is never created.",
      ),
    );
  });
});

test('a write of the status touches nothing else', async () => {
  const key = keyOf(await create(given));
  const object = { apiVersion: API_VERSION, kind: KIND, metadata: key, spec: { bucket: 'x' }, status: { epoch: 3 } };
  await server.client.applyStatus(REGISTRY_INDEX, object, { fieldManager: 'test' }, soon());
  const after = await server.client.get(REGISTRY_INDEX, key, soon());
  expect(after).toMatchObject({ metadata: { generation: 1 }, spec: { bucket: 'my-registry' }, status: { epoch: 3 } });
});

describe('a resource that was stored with a name that none can have', () => {
  const spec = { ...given, credentials: { secretRef: { name: '..' } } };
  const applied = async () => keyOf(await create(spec));

  test('can still be written, its status as well, so that it is told what to mend', async () => {
    const key = await applied();
    const object = { apiVersion: API_VERSION, kind: KIND, metadata: key, status: { epoch: 1 } };
    await server.client.applyStatus(REGISTRY_INDEX, object, { fieldManager: 'test' }, soon());
    const after = await server.client.patch(REGISTRY_INDEX, key, { spec: { suspend: true } }, soon());
    expect(after).toMatchObject({ spec: { suspend: true }, status: { epoch: 1 } });
  });

  test('gets no other such name', async () => {
    const key = await applied();
    const change = (name: string) =>
      server.client.patch(REGISTRY_INDEX, key, { spec: { credentials: { secretRef: { name } } } }, soon());
    await expect(change('../other')).rejects.toThrow('must be the name of an object in this namespace');
    expect((await change('aws')).spec).toMatchObject({ credentials: { secretRef: { name: 'aws' } } });
  });
});
