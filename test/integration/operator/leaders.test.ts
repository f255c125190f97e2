import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JOB, LEASE } from '../../../src/kube/resource.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import type { OperatorProcess } from './support/operator-process.ts';
import { backfill, fill } from './support/pods.ts';
import { fieldOf, type Resource, resourceIn } from './support/resource.ts';

const LEASE_KEY = { namespace: 'default', name: 'registry-index' };

let cluster: Cluster;
const replicas = new Map<string, OperatorProcess>();

beforeAll(async () => {
  cluster = await startCluster();
  for (const identity of ['first', 'second']) replicas.set(identity, await cluster.startOperator(identity));
}, 120_000);

afterAll(() => cluster.stop());

/** Whose the lease is: a replica's name, or nothing when it was released. */
async function holder(): Promise<string> {
  const lease = await cluster.client.get(LEASE, LEASE_KEY, AbortSignal.timeout(10_000));
  const [identity = ''] = String(fieldOf(lease, 'spec.holderIdentity') ?? '').split('_');
  return identity;
}

/** The name of the replica that leads. */
function leader(): Promise<string> {
  return eventually(async () => {
    const identity = await holder();
    if (!replicas.has(identity)) throw new Error(`the lease is held by "${identity}"`);
    return identity;
  });
}

function replica(identity: string): OperatorProcess {
  const found = replicas.get(identity);
  if (!found) throw new Error(`there is no replica ${identity}`);
  return found;
}

/** Ends the leader as a lost node does, and takes its name from the list. */
async function killLeader(): Promise<void> {
  const identity = await leader();
  process.kill(replica(identity).pid, 'SIGKILL');
  replicas.delete(identity);
}

async function exists({ versionTable }: Resource): Promise<void> {
  await eventually(async () => expect(await cluster.dynamodb.describe(versionTable)).toBeDefined());
}

test('one of two replicas leads, the other is ready and does nothing', async () => {
  const resource = resourceIn(cluster, 'led');
  await resource.apply();
  await fill(cluster, resource);
  const leading = await leader();
  for (const [identity, operator] of replicas) {
    expect(await operator.isReady()).toBe(true);
    expect((await operator.passes()) > 0).toBe(identity === leading);
  }
});

test('a leader that is told to stop gives the lease back, and the other one goes on', async () => {
  const before = await leader();
  await replica(before).stop();
  expect(await holder()).not.toBe(before);
  replicas.delete(before);
  const resource = resourceIn(cluster, 'handed-over');
  await resource.apply();
  await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
  expect(await leader()).not.toBe(before);
});

test('what a killed leader has begun the other one finishes: tables half made, and a backfill under way', async () => {
  replicas.set('third', await cluster.startOperator('third'));
  const filling = resourceIn(cluster, 'filling');
  await filling.apply();
  const jobs = await eventually(async () => {
    const found = await filling.children(JOB);
    expect(found).toHaveLength(1);
    return found;
  });
  await backfill(cluster, filling, 1);
  const making = resourceIn(cluster, 'half-made', { deletionPolicy: 'Delete' });
  await making.apply();
  await exists(making);
  await killLeader();
  expect(await making.condition('TablesReady')).not.toMatch(/^True/);
  await eventually(async () => expect(await making.condition('TablesReady')).toMatch(/^True/), 45_000);
  expect((await making.status()).epoch).toBe(1);
  expect((await filling.children(JOB)).map(({ metadata }) => metadata.uid)).toEqual(
    jobs.map(({ metadata }) => metadata.uid),
  );
  await fill(cluster, making);
  await fill(cluster, filling);
}, 120_000);
