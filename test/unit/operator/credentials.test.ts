import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { readCredentials } from '../../../src/operator/credentials.ts';
import { kubeClient, operatorDeps } from '../../support/operator/operator-deps.ts';
import { registryIndex } from '../../support/operator/resources.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
const named = (name: string) => ({ credentials: { secretRef: { name } } });

function secret(name: string, entries: Record<string, string>): KubeObject {
  const encoded = Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'team', name }, data: Object.fromEntries(encoded) };
}

/** What a namespace with these Secrets gives to a resource, and the names that were asked for. */
async function read(spec: Partial<RegistryIndexSpec>, secrets: readonly KubeObject[], metadata: object = {}) {
  const asked: string[] = [];
  const client = kubeClient({
    get: async (_type, { name }) => {
      asked.push(name);
      return secrets.find((it) => it.metadata.name === name);
    },
  });
  const deps = operatorDeps({ client });
  const credentials = await readCredentials(deps, registryIndex({ spec, metadata }), AbortSignal.any([]));
  return { credentials, asked };
}

describe('the Secrets of a resource', () => {
  test('none is named: all use ambient credentials', async () => {
    const pods = { backfill: undefined, search: undefined };
    expect(await read({}, [])).toEqual({ credentials: { operator: undefined, pods, podRoles: {} }, asked: [] });
  });

  test('one for all is read once', async () => {
    const { credentials, asked } = await read(named('keys'), [secret('keys', KEYS)]);
    const pod = { name: 'keys', entries: KEYS };
    expect(credentials).toEqual({
      operator: { accessKeyId: 'id', secretAccessKey: 'key' },
      pods: { backfill: pod, search: pod },
      podRoles: {},
    });
    expect(asked).toEqual(['keys']);
  });

  test('pods have one of their own where it is named', async () => {
    const { credentials } = await read({ ...named('keys'), search: named('reader') }, [
      secret('keys', KEYS),
      secret('reader', KEYS),
    ]);
    expect(credentials).toMatchObject({ pods: { backfill: { name: 'keys' }, search: { name: 'reader' } } });
  });

  test('of a resource that is being deleted are the operator’s alone', async () => {
    const leaving = { deletionTimestamp: '2026-03-01T11:00:00Z' };
    const spec = { ...named('keys'), backfill: named('gone') };
    expect((await read(spec, [secret('keys', KEYS)], leaving)).asked).toEqual(['keys']);
  });

  test('are of no interest beyond the entries that are credentials', async () => {
    const { credentials } = await read(named('keys'), [secret('keys', { ...KEYS, unrelated: 'entry' })]);
    expect(JSON.stringify(credentials)).not.toContain('unrelated');
  });
});

describe('the roles of a resource', () => {
  const roleArn = 'arn:aws:iam::123456789012:role/registry';
  const externalId = 'cluster-uid/team/images';

  test('are assumed by the operator and its pods, each under a name of its own, for this resource alone', async () => {
    const { credentials, asked } = await read({ credentials: { roleArn } }, []);
    const as = (user: string) => ({ arn: roleArn, externalId, sessionName: `${user}@team.images` });
    expect(credentials).toEqual({
      operator: { role: as('operator'), keys: undefined },
      pods: {},
      podRoles: { backfill: as('backfill'), search: as('search') },
    });
    expect(asked).toEqual([]);
  });

  test('are assumed with the keys of a Secret where one is named', async () => {
    const both = { credentials: { roleArn, secretRef: { name: 'keys' } } };
    const { credentials } = await read(both, [secret('keys', KEYS)]);
    expect(credentials).toMatchObject({
      operator: { role: { arn: roleArn }, keys: { accessKeyId: 'id', secretAccessKey: 'key' } },
      pods: { search: { name: 'keys' } },
      podRoles: { search: { arn: roleArn } },
    });
    expect(await read(both, [])).toMatchObject({ credentials: { reason: 'SecretNotFound' } });
  });

  test('may be others for pods', async () => {
    const reader = 'arn:aws:iam::123456789012:role/reader';
    const { credentials } = await read({ credentials: { roleArn }, search: { credentials: { roleArn: reader } } }, []);
    expect(credentials).toMatchObject({ podRoles: { backfill: { arn: roleArn }, search: { arn: reader } } });
  });
});

describe('a Secret that would leave pods to the credentials of their node is refused, with the field that names it', () => {
  test.each([
    {
      when: 'it is missing',
      spec: { search: named('reader') },
      secrets: [],
      refusal: {
        reason: 'SecretNotFound',
        message: 'Secret reader, which search.credentials names, does not exist in namespace team',
      },
    },
    {
      when: 'it lacks an entry',
      spec: { backfill: named('filler') },
      secrets: [secret('filler', { AWS_ACCESS_KEY_ID: 'id' })],
      refusal: {
        reason: 'SecretIncomplete',
        message:
          'Secret filler, which backfill.credentials names, must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      },
    },
    {
      when: 'it opens the tables but not the bucket that workers read',
      spec: named('tables'),
      secrets: [secret('tables', { DYNAMODB_ACCESS_KEY: 'id', DYNAMODB_SECRET_ACCESS_KEY: 'key' })],
      refusal: {
        reason: 'SecretIncomplete',
        message: 'Secret tables, which credentials names, must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      },
    },
  ])('because $when', async ({ spec, secrets, refusal }) => {
    expect((await read(spec, secrets)).credentials).toEqual(refusal);
  });
});
