import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEPLOYMENT, JOB, type KubeObject, type ResourceType, SERVICE } from '../../../src/kube/resource.ts';
import { freePort } from '../../env/free-port.ts';
import { isHealthy } from '../../env/http-probe.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import { fill, startPods } from '../../support/operator/pods.ts';
import { startWorker, type WorkerProcess } from '../../support/operator/worker-process.ts';

const TOKEN = 'a-token-of-this-test';
const tokenSecretRef = { name: 'registry-token', key: 'token' };
const SECRET: ResourceType = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };

let cluster: Cluster;
let s3: S3Server;

beforeAll(async () => {
  [cluster, s3] = await Promise.all([startCluster(), startVersityGw({ buckets: ['my-registry'] })]);
  const metadata = { name: tokenSecretRef.name, namespace: 'default' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: TOKEN } };
  await cluster.client.apply(SECRET, secret, { fieldManager: 'a-person', force: true }, soon());
  await cluster.startOperator();
}, 240_000);

afterAll(async () => {
  await cluster?.stop();
  await s3?.stop();
});

const soon = () => AbortSignal.timeout(60_000);

/** A resource that wants notifications, with filled tables, and pods of the indexer that are called ready. */
async function listening(name: string, notifications: object = {}): Promise<Resource> {
  const resource = resourceIn(cluster, name, {
    storage: { endpoint: s3.endpoint, forcePathStyle: true },
    resync: { schedule: '0 0 29 2 *' },
    notifications: { tokenSecretRef, ...notifications },
  });
  await resource.apply();
  await fill(cluster, resource);
  await startPods(cluster, resource, 'indexer');
  await eventually(async () => expect(await resource.condition('Fresh')).toMatch(/^False\/NothingReceivedYet/));
  return resource;
}

interface Indexer extends WorkerProcess {
  readonly url: string;
}

/** A pod of the indexer's Deployment, in earnest; the same `pod` once more is its container that starts again. */
async function startIndexer(resource: Resource, pod: string): Promise<Indexer> {
  const [deployment] = await resource.children(DEPLOYMENT, 'indexer');
  if (!deployment) throw new Error('there is no Deployment');
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const args = [`--identity=${pod}`, '--host=127.0.0.1', `--port=${port}`, `--monitoring-port=${monitoringPort}`];
  const worker = await startWorker(cluster, deployment, {
    ...{ storage: s3, args, env: { REGISTRY_INDEX_NOTIFICATIONS_TOKEN: TOKEN } },
    ready: async () => {
      const index = cluster.openIndex(resource.spec);
      const { indexers } = await index.events.read(soon()).finally(() => index.close());
      return (
        indexers.some(({ identity }) => identity === pod) && isHealthy(`http://127.0.0.1:${monitoringPort}/readyz`)
      );
    },
  });
  return { ...worker, url: `http://127.0.0.1:${port}/notifications` };
}

async function kill(indexer: Indexer): Promise<void> {
  process.kill(indexer.pid, 'SIGKILL');
  await indexer.stop();
}

async function send({ url }: Indexer, body: string, token = TOKEN): Promise<number> {
  const { status } = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body });
  return status;
}

const resyncs = (resource: Resource) => resource.children(JOB, 'resync');

async function theJob(resource: Resource): Promise<KubeObject> {
  return eventually(async () => {
    const [job, ...others] = await resyncs(resource);
    if (!job || others.length > 0) throw new Error(`there are ${others.length + Number(Boolean(job))} Jobs`);
    return job;
  });
}

const untilFresh = (resource: Resource, expected: RegExp) =>
  eventually(async () => expect(await resource.condition('Fresh')).toMatch(expected));

describe('events that may have been missed', () => {
  test('are looked for by one resync after an indexer was killed, by none after it was stopped, or where that is not wanted', async () => {
    const [resource, patient] = await Promise.all([listening('killed'), listening('patient', { resyncOnGap: false })]);
    const [stopped, other] = await Promise.all([startIndexer(resource, 'pod-1'), startIndexer(patient, 'pod-1')]);
    expect(await send(other, '{"events":[{"action":"sing","target":{"repository":"a"}}]}')).toBe(202);
    expect(await send(other, 'no JSON at all')).toBe(202);
    await untilFresh(patient, /^False\/Gap: an event could not be understood .*resyncOnGap is false$/);
    await other.stop();

    await stopped.stop();
    const killed = await startIndexer(resource, 'pod-1');
    expect(await resource.condition('Fresh')).toMatch(/^False\/NothingReceivedYet/);
    await kill(killed);
    const next = await startIndexer(resource, 'pod-1');
    await untilFresh(resource, /^False\/Gap: an indexer ended .*\(IndexerDied, .*a resync, at most one an hour/);
    const job = await theJob(resource);
    await eventually(async () => expect((await resource.status()).notifications?.lastGapResyncTime).toBeDefined());
    // The other gap is older, so its resync would have been started before.
    expect(await resyncs(patient)).toEqual([]);

    const worker = await startWorker(cluster, job, { storage: s3 });
    await untilFresh(resource, /^False\/NothingReceivedYet/);
    await worker.stop();
    await next.stop();
    expect((await resyncs(resource)).map(({ metadata }) => metadata.name)).toEqual([job.metadata.name]);
  });
});

test('how often a wrong credential came is said until a right one comes, and when the last event came', async () => {
  const resource = await listening('rejecting');
  const indexer = await startIndexer(resource, 'pod-1');
  for (let at = 0; at < 3; at += 1) expect(await send(indexer, '{"events":[]}', 'wrong')).toBe(401);
  await untilFresh(resource, /^False\/CredentialsRejected: .* 3 times, last at /);
  expect(await send(indexer, '{"events":[]}')).toBe(202);
  await untilFresh(resource, /^True\/Receiving/);
  expect((await resource.status()).notifications).toMatchObject({
    endpoint: 'http://rejecting-indexer.default.svc:8080/notifications',
    lastEventTime: expect.any(String),
  });
  const table = await cluster.kubectl('get', 'ri', 'rejecting', '-n=default');
  expect(table).toMatch(/LAST PUSH/);
  await indexer.stop();
});

test('a resource that wants notifications no more has no Deployment and no Service for them, and says nothing of them', async () => {
  const resource = await listening('former');
  expect(await resource.children(SERVICE, 'search')).toHaveLength(2);
  await resource.change({ notifications: null });
  await eventually(async () => {
    expect(await resource.children(DEPLOYMENT, 'indexer')).toEqual([]);
    expect(await resource.children(SERVICE, 'indexer')).toEqual([]);
    expect(await resource.children(SERVICE, 'search')).toHaveLength(1);
    expect(await resource.condition('Fresh')).toBeUndefined();
    expect((await resource.status()).notifications).toBeUndefined();
  });
  expect(await resource.condition('Degraded')).toMatch(/^False/);
  await resource.change({ notifications: { tokenSecretRef } });
  await eventually(async () => expect(await resource.children(DEPLOYMENT, 'indexer')).toHaveLength(1));
});
