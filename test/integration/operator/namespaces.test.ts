import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RESYNC_ANNOTATION } from '../../../src/api/names.ts';
import { POD } from '../../../src/kube/resource.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { fill } from '../../support/operator/pods.ts';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
}, 240_000);

afterAll(async () => {
  await cluster?.stop();
});

/** A resource in a namespace of its name, with a Secret for its tables, which are to be deleted with it. */
async function inOwnNamespace(name: string): Promise<Resource> {
  await cluster.kubectl('create', 'namespace', name);
  const { accessKeyId, secretAccessKey } = cluster.ambient;
  const entries = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const literals = Object.entries(entries).map(([key, value]) => `--from-literal=${key}=${value}`);
  await cluster.kubectl('create', 'secret', 'generic', 'keys', `-n=${name}`, ...literals);
  const resource = resourceIn(cluster, name, {
    namespace: name,
    deletionPolicy: 'Delete',
    credentials: { secretRef: { name: 'keys' } },
  });
  await resource.apply();
  return resource;
}

const untilPods = (resource: Resource, component: 'backfill' | 'resync') =>
  eventually(async () => expect(await resource.children(POD, component)).not.toEqual([]));

const remove = ({ namespace }: Resource) => cluster.kubectl('delete', 'namespace', namespace, '--wait=false');

/** Its pods are gone by then. */
const untilLeaving = (resource: Resource) =>
  eventually(async () => expect((await resource.find())?.metadata.deletionTimestamp).toBeDefined());

const untilGone = ({ namespace }: Resource) =>
  eventually(async () =>
    expect(await cluster.kubectl('get', 'namespace', namespace, '--ignore-not-found', '-o=yaml')).toBe(''),
  );

async function tablesOf({ repositoryTable, versionTable }: Resource): Promise<string[]> {
  const tables = await Promise.all([repositoryTable, versionTable].map((name) => cluster.dynamodb.describe(name)));
  return tables.flatMap((table) => table?.TableName ?? []);
}

test('a namespace goes with its tables while a backfill runs', async () => {
  const resource = await inOwnNamespace('filling');
  await untilPods(resource, 'backfill');
  expect(await tablesOf(resource)).toHaveLength(2);
  await remove(resource);
  await untilGone(resource);
  expect(await tablesOf(resource)).toEqual([]);
}, 300_000);

test('a namespace goes with its tables while a backfill of a resource that is suspended runs', async () => {
  const resource = await inOwnNamespace('resting');
  await untilPods(resource, 'backfill');
  await resource.change({ suspend: true });
  await remove(resource);
  await untilGone(resource);
  expect(await tablesOf(resource)).toEqual([]);
}, 300_000);

test('a namespace goes with its tables while a resync runs', async () => {
  const resource = await inOwnNamespace('comparing');
  await fill(cluster, resource);
  await resource.annotate({ [RESYNC_ANNOTATION]: 'now' });
  await untilPods(resource, 'resync');
  await remove(resource);
  await untilGone(resource);
  expect(await tablesOf(resource)).toEqual([]);
}, 300_000);

test('a namespace whose Secret is gone, and remembered by no operator, goes and leaves its tables behind, which is told', async () => {
  const resource = await inOwnNamespace('forgotten');
  await untilPods(resource, 'backfill');
  await operator.stop();
  await cluster.kubectl('delete', 'secret', 'keys', `-n=${resource.namespace}`);
  operator = await cluster.startOperator('forgetful');
  await remove(resource);
  await untilLeaving(resource);
  await untilGone(resource);
  expect(await tablesOf(resource)).toHaveLength(2);
  const events = await cluster.kubectl('get', 'events.events.k8s.io', '-n=default', '-o=json');
  const told: { items: { reason: string; regarding: { name: string }; note: string }[] } = JSON.parse(events);
  const released = told.items.filter(({ reason }) => reason === 'TablesReleased');
  expect(released).toEqual([
    expect.objectContaining({
      regarding: expect.objectContaining({ kind: 'Namespace', name: resource.namespace }),
      note: expect.stringContaining(`${resource.repositoryTable} and ${resource.versionTable} in eu-west-1`),
    }),
  ]);
  expect(await operator.log()).toContain('leaves its tables');
}, 300_000);
