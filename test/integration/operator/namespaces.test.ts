import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type KubeObject, NAMESPACE, SECRET } from '../../../src/kube/resource.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
});

afterAll(() => cluster?.stop());

const soon = () => AbortSignal.timeout(120_000);

/** A resource in a namespace of its own, with its own Secret, whose tables go with it and are there. */
async function served(namespace: string): Promise<Resource> {
  await cluster.kubectl('create', 'namespace', namespace);
  const stringData = { AWS_ACCESS_KEY_ID: cluster.dynamodb.accessKeyId, AWS_SECRET_ACCESS_KEY: 'any' };
  const secret: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'keys' }, stringData };
  await cluster.client.apply(SECRET, secret, { fieldManager: 'a-person' }, soon());
  const credentials = { secretRef: { name: 'keys' } };
  const resource = resourceIn(cluster, namespace, { namespace, credentials, deletionPolicy: 'Delete' });
  await resource.apply();
  await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
  return resource;
}

const remove = (namespace: string) => cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
const gone = (name: string) =>
  eventually(async () => expect(await cluster.client.get(NAMESPACE, { namespace: '', name }, soon())).toBeUndefined());

test('a namespace that is deleted takes the tables along, though its Secret went first', async () => {
  const resource = await served('leaving');
  await remove('leaving');
  await gone('leaving');
  for (const table of [resource.repositoryTable, resource.versionTable])
    expect(await cluster.dynamodb.describe(table)).toBeUndefined();
});

test('a namespace whose credentials nobody remembers goes all the same, and an event tells which tables stay', async () => {
  const resource = await served('forgotten');
  await operator.stop();
  await remove('forgotten');
  await eventually(async () =>
    expect(await cluster.client.get(SECRET, { namespace: 'forgotten', name: 'keys' }, soon())).toBeUndefined(),
  );
  operator = await cluster.startOperator('later');
  await gone('forgotten');
  expect(await cluster.dynamodb.describe(resource.repositoryTable)).toBeDefined();
  const told = `tables ${resource.repositoryTable} and ${resource.versionTable} in eu-west-1 behind`;
  expect(await operator.log()).toContain(told);
  expect(await cluster.kubectl('get', 'events', '-n', 'default')).toContain(told);
});
