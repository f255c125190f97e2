import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { policyNamesOf } from '../../../src/iam/names.ts';
import { PERMISSIONS, PROCESSES, type Process } from '../../../src/iam/permissions.ts';
import { policyOf, type Statement } from '../../../src/iam/policy.ts';

const SPEC: RegistryIndexSpec = { database: 'acme', region: 'eu-west-1', bucket: 'images' };

function policies(given: Partial<RegistryIndexSpec> = {}, bucketKey?: string) {
  const named = { name: 'demo', namespace: 'team', spec: { ...SPEC, ...given } };
  const names = policyNamesOf(named, { account: '123456789012', bucketKey });
  return (process: Process) => policyOf(process, names).Statement;
}

/** Whether IAM would allow an action on a resource, as far as our policies use its language. */
function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Record<string, string> = {},
) {
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      Action.some((pattern) => fits(pattern, action)) &&
      Resource.some((pattern) => fits(pattern, resource)) &&
      Object.values(Condition).every((keys) =>
        Object.entries(keys).every(([key, values]) => [values].flat().some((value) => fits(value, context[key] ?? ''))),
      ),
  );
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

const REPOSITORY = 'arn:aws:dynamodb:eu-west-1:123456789012:table/acme-repository';
const VERSION = 'arn:aws:dynamodb:eu-west-1:123456789012:table/acme-version';
const OTHERS = 'arn:aws:dynamodb:eu-west-1:123456789012:table/others-repository';

describe('the operator', () => {
  const own = { 'aws:RequestTag/registryindex.dev/namespace': 'team', 'aws:RequestTag/registryindex.dev/name': 'demo' };
  const present = {
    'aws:ResourceTag/registryindex.dev/namespace': 'team',
    'aws:ResourceTag/registryindex.dev/name': 'demo',
  };

  test('makes its tables with its own tags, and no others', () => {
    const operator = policies()('operator');
    for (const table of [REPOSITORY, VERSION]) expect(allows(operator, 'dynamodb:CreateTable', table, own)).toBe(true);
    expect(allows(operator, 'dynamodb:CreateTable', REPOSITORY)).toBe(false);
    expect(
      allows(operator, 'dynamodb:CreateTable', REPOSITORY, { ...own, 'aws:RequestTag/registryindex.dev/name': 'x' }),
    ).toBe(false);
    expect(allows(operator, 'dynamodb:CreateTable', OTHERS, own)).toBe(false);
  });

  test('changes tables that have its tags', () => {
    const operator = policies()('operator');
    for (const action of ['UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive', 'TagResource']) {
      expect(allows(operator, `dynamodb:${action}`, REPOSITORY, present)).toBe(true);
      expect(allows(operator, `dynamodb:${action}`, REPOSITORY)).toBe(false);
    }
  });

  test('deletes tables by a policy of its own alone, and only tables with its tags', () => {
    expect(allows(policies()('operator'), 'dynamodb:DeleteTable', REPOSITORY, present)).toBe(false);
    expect(allows(policies()('operator-delete'), 'dynamodb:DeleteTable', REPOSITORY, present)).toBe(true);
    expect(allows(policies()('operator-delete'), 'dynamodb:DeleteTable', REPOSITORY)).toBe(false);
  });

  test('has no right on the bucket', () => {
    expect(JSON.stringify(policies({}, 'arn:aws:kms:eu-west-1:1:key/k')('operator'))).not.toMatch(/s3/);
  });
});

test('search asks the feed by the ARN of its index, and writes nothing', () => {
  const search = policies()('search');
  expect(allows(search, 'dynamodb:Query', `${REPOSITORY}/index/feed`)).toBe(true);
  expect(allows(search, 'dynamodb:Query', REPOSITORY)).toBe(false);
  expect(JSON.stringify(search)).not.toMatch(/Put|Delete|Update|PartiQL|s3:/);
});

describe.each<Process>(['backfill', 'indexer'])('%s', (process) => {
  test.each<[string, Partial<RegistryIndexSpec>, string[], string[]]>([
    [
      'distribution',
      { storage: { rootDirectory: '/prod/', layout: 'V2' } },
      ['prod/docker/registry/v2/repositories/a'],
      ['docker/registry/v2/x', 'prod/repositories/a', 'prod-other/docker/registry/v2/x'],
    ],
    [
      'docker-registry v1',
      { storage: { layout: 'V1' } },
      ['registry/images/1/json', 'repositories/library/a'],
      ['docker/registry/v2/x', 'secret'],
    ],
    ['either', {}, ['docker/registry/v2/blobs/x', 'registry/repositories/a/b', 'images/1'], ['secret', '']],
  ])('reads the keys of %s and no others', (_layout, spec, read, hidden) => {
    const statements = policies(spec)(process);
    const isRead = (key: string) => [
      allows(statements, 's3:GetObject', `arn:aws:s3:::images/${key}`),
      allows(statements, 's3:ListBucket', 'arn:aws:s3:::images', { 's3:prefix': key }),
    ];
    for (const key of read) expect(isRead(key)).toEqual([true, true]);
    for (const key of hidden) expect(isRead(key)).toEqual([false, false]);
    expect(allows(statements, 's3:PutObject', `arn:aws:s3:::images/${read[0]}`)).toBe(false);
  });
});

test('the queue of events is the one of its URL, in its own account', () => {
  const queueURL = 'https://sqs.us-east-1.amazonaws.com/999999999999/events';
  const indexer = policies({ notifications: { sqs: { queueURL } } })('indexer');
  expect(allows(indexer, 'sqs:ReceiveMessage', 'arn:aws:sqs:us-east-1:999999999999:events')).toBe(true);
  expect(JSON.stringify(policies()('indexer'))).not.toMatch(/sqs/);
});

test('who assumes a role needs no more than that on the roles that are named, each once', () => {
  const [common, own] = ['arn:aws:iam::999999999999:role/team', 'arn:aws:iam::123456789012:role/fill'] as const;
  const roles = policies({ credentials: { roleArn: common }, search: { credentials: { roleArn: common } } });
  expect(roles('assume-role')).toEqual([
    { Sid: 'AssumeRoles', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [common] },
  ]);
  const filled = policies({ credentials: { roleArn: common }, backfill: { credentials: { roleArn: own } } });
  expect(filled('assume-role').flatMap(({ Resource }) => Resource)).toEqual([common, own]);
  expect(policies()('assume-role')).toEqual([]);
});

test('keys are used through the service whose data they encrypt', () => {
  const tableKey = 'arn:aws:kms:eu-west-1:123456789012:key/t';
  const bucketKey = 'arn:aws:kms:us-east-1:123456789012:key/b';
  const made = policies({ dynamodb: { kmsKey: 't' }, storage: { region: 'us-east-1' } }, bucketKey);
  const viaTables = { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' };
  const viaBucket = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  for (const process of ['operator', 'backfill', 'indexer', 'search'] as const)
    expect(allows(made(process), 'kms:Decrypt', tableKey, viaTables)).toBe(true);
  expect(allows(made('search'), 'kms:Decrypt', tableKey, viaBucket)).toBe(false);
  expect(allows(made('search'), 'kms:Encrypt', tableKey, viaTables)).toBe(false);
  expect(
    allows(made('operator'), 'kms:CreateGrant', tableKey, { ...viaTables, 'kms:GrantIsForAWSResource': 'true' }),
  ).toBe(true);
  expect(allows(made('operator'), 'kms:CreateGrant', tableKey, viaTables)).toBe(false);
  expect(allows(made('backfill'), 'kms:Decrypt', bucketKey, viaBucket)).toBe(true);
  expect(allows(made('search'), 'kms:Decrypt', bucketKey, viaBucket)).toBe(false);
  expect(JSON.stringify(policies()('operator'))).not.toMatch(/kms/);
});

test.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['ap-southeast-2', 'aws'],
])('ARNs in %s are of the partition %s', (region, partition) => {
  const arns = PROCESSES.flatMap((process) => policies({ region })(process)).flatMap(({ Resource }) => Resource);
  expect(arns.filter((arn) => !arn.startsWith(`arn:${partition}:`))).toEqual([]);
});

test('a policy is within the 6,144 characters of a managed one, and names no action twice', () => {
  const made = policies({ dynamodb: { kmsKey: 'alias/tables' } }, 'arn:aws:kms:eu-west-1:123456789012:key/b');
  for (const process of PROCESSES) {
    const statements = made(process);
    expect(JSON.stringify({ Version: '', Statement: statements }).length).toBeLessThan(6_144);
    const sids = statements.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
  }
  expect(Object.keys(PERMISSIONS)).toEqual([...PROCESSES]);
});
