import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JOB, LEASE } from '../../../src/kube/resource.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/network/flaky-proxy.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { backfill, fill } from '../../support/operator/pods.ts';

const LEASE_KEY = { namespace: 'default', name: 'registry-index' };

let cluster: Cluster;
let proxy: FlakyProxy | undefined;
const replicas = new Map<string, OperatorProcess>();

beforeAll(async () => {
  cluster = await startCluster();
  for (const identity of ['first', 'second']) replicas.set(identity, await cluster.startOperator(identity));
});

afterAll(async () => {
  await cluster.stop();
  await proxy?.stop();
});

/** Whose the lease is: a replica's name, or nothing when it was released. */
async function holder(): Promise<string> {
  const lease = await cluster.client.get(LEASE, LEASE_KEY, AbortSignal.timeout(120_000));
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

/** The leader that makes its second table there dies before it learns that the table was made. */
async function endpointThatKillsTheLeader(): Promise<string> {
  proxy = await startFlakyProxy(cluster.dynamodb.endpoint);
  proxy.plan('CreateTable', 'pass', 'lose');
  proxy.meanwhile = killLeader;
  return proxy.endpoint;
}

test('one of two replicas leads, the other is ready and does nothing', async () => {
  const resource = resourceIn(cluster, 'led');
  await resource.apply();
  await fill(cluster, resource);
  // Anew when the lease goes to the other one meanwhile, as it may on a machine that stands still for a while.
  await eventually(async () => {
    const leading = await leader();
    const [standby] = [...replicas].flatMap(([identity, operator]) => (identity === leading ? [] : [operator]));
    expect(await standby?.isReady()).toBe(true);
    const [before, passes] = [await standby?.passes(), await replica(leading).passes()];
    await until(async () => (await replica(leading).passes()) > passes + 3);
    expect(await standby?.passes()).toBe(before);
  });
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
  const making = resourceIn(cluster, 'half-made', { dynamodb: { endpoint: await endpointThatKillsTheLeader() } });
  await making.apply();
  await eventually(async () => expect(await making.condition('TablesReady')).toMatch(/^True/));
  expect(replicas.size).toBe(1);
  expect((await making.status()).epoch).toBe(1);
  expect((await filling.children(JOB)).map(({ metadata }) => metadata.uid)).toEqual(
    jobs.map(({ metadata }) => metadata.uid),
  );
  await fill(cluster, making);
  await fill(cluster, filling);
});
