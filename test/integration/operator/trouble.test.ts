import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { CRON_JOB, JOB } from '../../../src/kube/resource.ts';
import { freePort } from '../../env/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { listen } from '../../support/network/listen.ts';
import { relayTo } from '../../support/network/relay.ts';
import { AMBIENT_SECRET, type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { backfill, fill } from '../../support/operator/pods.ts';
import { startWorker } from '../../support/operator/worker-process.ts';

const soon = () => AbortSignal.timeout(120_000);
const SECRET_VALUE = 'value-of-a-secret-key';

let cluster: Cluster;
let operator: OperatorProcess;
const servers: Server[] = [];

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
  await cluster.kubectl('create', 'namespace', 'team');
});

afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await cluster.stop();
});

async function becomes({ condition }: Resource, type: string, said: RegExp): Promise<void> {
  await eventually(async () => expect(await condition(type)).toMatch(said));
}

async function putSecret(name: string, entries: Record<string, string>): Promise<void> {
  const literals = Object.entries(entries).map(([key, value]) => `--from-literal=${key}=${value}`);
  await cluster.kubectl('delete', 'secret', name, '-n=team', '--ignore-not-found');
  await cluster.kubectl('create', 'secret', 'generic', name, '-n=team', ...literals);
}

/** The address of a server that gives this one answer to everything; it ends with the tests. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

const keys = () => ({ AWS_ACCESS_KEY_ID: cluster.dynamodb.accessKeyId, AWS_SECRET_ACCESS_KEY: SECRET_VALUE });
const credentials = (name: string) => ({ namespace: 'team', credentials: { secretRef: { name } } });

describe('what a person has to mend is told in a sentence, and all goes on once it is mended', () => {
  test('no Secret of that name', async () => {
    const resource = resourceIn(cluster, 'no-secret', credentials('late'));
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/SecretNotFound: Secret late, which credentials names, does not exist in namespace team$/,
    );
    await becomes(resource, 'Stalled', /^True\/SecretNotFound/);
    await putSecret('late', keys());
    await resource.annotate({ 'somebody/says': 'mended' });
    await becomes(resource, 'TablesReady', /^True/);
    await becomes(resource, 'Stalled', /^False/);
    await fill(cluster, resource);
  });

  test('a Secret that lacks an entry', async () => {
    await putSecret('half', { AWS_ACCESS_KEY_ID: 'id' });
    const resource = resourceIn(cluster, 'half-secret', credentials('half'));
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/SecretIncomplete: Secret half, which credentials names, must hold AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY$/,
    );
    await putSecret('half', keys());
    await resource.annotate({ 'somebody/says': 'mended' });
    await becomes(resource, 'TablesReady', /^True/);
  });

  test('the operator’s own credentials asked for from a namespace that they do not serve', async () => {
    const resource = resourceIn(cluster, 'no-deputy', { namespace: 'team' });
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/CredentialsRequired: the operator's own credentials do not serve namespace team; name a Secret/,
    );
    expect(await cluster.dynamodb.describe(resource.versionTable)).toBeUndefined();
    await putSecret('own', keys());
    await resource.change({ credentials: { secretRef: { name: 'own' } } });
    await becomes(resource, 'TablesReady', /^True/);
  });

  test('an endpoint that the operator may not ask', async () => {
    const resource = resourceIn(cluster, 'forbidden', { storage: { endpoint: 'http://169.254.169.254' } });
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/EndpointNotAllowed: storage\.endpoint http:\/\/169\.254\.169\.254 is not allowed here; add it to allowedEndpoints/,
    );
    await resource.change({ storage: { endpoint: null } });
    await becomes(resource, 'TablesReady', /^True/);
  });
});

describe('what would reach or cost too much is refused, and taken once it is changed', () => {
  test.each<{ what: string; spec: Partial<RegistryIndexSpec>; said: RegExp; mended: object }>([
    {
      what: 'a name that leads to another object',
      spec: { backfill: { credentials: { secretRef: { name: '..' } } } },
      said: /^False\/NameInvalid: backfill\.credentials\.secretRef\.name "\.\." is not the name of an object/,
      mended: { backfill: { credentials: null } },
    },
    {
      what: 'too many replicas',
      spec: { search: { replicas: 100 } },
      said: /^False\/LimitExceeded: search\.replicas "100" is more than the 20 that are allowed here/,
      mended: { search: { replicas: 1 } },
    },
    {
      what: 'a schedule of every minute',
      spec: { resync: { schedule: '*/1 * * * *' } },
      said: /^False\/ScheduleTooFrequent: resync\.schedule "\*\/1 \* \* \* \*" begins resyncs 1 min apart, and 5 min/,
      mended: { resync: { schedule: '*/5 * * * *' } },
    },
  ])('$what', async ({ what, spec, said, mended }) => {
    const resource = resourceIn(cluster, what.replaceAll(' ', '-'), spec);
    await resource.apply();
    await becomes(resource, 'Ready', said);
    await becomes(resource, 'Stalled', /^True/);
    expect(await cluster.dynamodb.describe(resource.versionTable)).toBeUndefined();
    await resource.change(mended);
    await becomes(resource, 'TablesReady', /^True/);
  });

  test('a region that leads to the machine of the operator', async () => {
    const resource = resourceIn(cluster, 'local-region', { region: 'local', dynamodb: {} });
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/EndpointNotAllowed: region local, which leads to http:\/\/localhost:8000, is not allowed here; add it/,
    );
  });

  test('a resource that is refused starts no resync any more, until it is taken again', async () => {
    const resource = resourceIn(cluster, 'refused-later');
    await resource.apply();
    await fill(cluster, resource);
    const rests = async () => {
      const cronJob = await cluster.client.get(CRON_JOB, { ...resource, name: 'refused-later-resync' }, soon());
      return fieldOf(cronJob, 'spec.suspend');
    };
    await eventually(async () => expect(await rests()).toBe(false));
    await resource.change({ search: { replicas: 100 } });
    await eventually(async () => expect(await rests()).toBe(true));
    await resource.change({ search: { replicas: 1 } });
    await eventually(async () => expect(await rests()).toBe(false));
  });
});

describe('what may pass by itself is told and tried again', () => {
  test('an endpoint that does not answer, at first or later', async () => {
    const relay = await relayTo(cluster.dynamodb.endpoint);
    const { endpoint } = relay;
    const resource = resourceIn(cluster, 'unreachable', { dynamodb: { endpoint } });
    await resource.apply();
    await becomes(resource, 'TablesReady', new RegExp(`^False/EndpointUnreachable: ${endpoint} does not answer`));
    await becomes(resource, 'Reconciling', /^True\/EndpointUnreachable/);
    await becomes(resource, 'Ready', /^False\/EndpointUnreachable/);
    await relay.up();
    await fill(cluster, resource);

    await relay.down();
    await becomes(resource, 'Ready', /^False\/EndpointUnreachable/);
    expect(await resource.condition('BackfillComplete')).toMatch(/^True/);
    expect(await resource.status()).toMatchObject({ epoch: 1, repositories: 20 });
    await relay.up();
    await becomes(resource, 'TablesReady', /^True/);
    await relay.down();
  });

  test('a bucket whose endpoint does not answer, while the Job still tries', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const resource = resourceIn(cluster, 'no-storage', { storage: { endpoint } });
    await resource.apply();
    const job = await eventually(async () => {
      const [found] = await resource.children(JOB);
      if (!found) throw new Error('there is no Job yet');
      return found;
    });
    const worker = await startWorker(cluster, job);
    await becomes(resource, 'BackfillComplete', new RegExp(`^False/EndpointUnreachable: ${endpoint} does not answer`));
    await becomes(resource, 'Ready', /^False\/EndpointUnreachable/);
    expect((await resource.children(JOB)).map(({ metadata }) => metadata.uid)).toEqual([job.metadata.uid]);
    await worker.stop();
    await backfill(cluster, resource);
    await becomes(resource, 'BackfillComplete', /^True/);
  });

  test('a region that does not exist', async () => {
    const resource = resourceIn(cluster, 'no-region', { region: 'eu-nowhere-1', dynamodb: {} });
    await resource.apply();
    await becomes(
      resource,
      'Ready',
      /^False\/EndpointUnknown: no AWS region is called eu-nowhere-1, or names cannot be looked up$/,
    );
    await resource.remove();
    await eventually(async () => expect(await resource.find()).toBeUndefined());
  });

  test('something at the endpoint that is no DynamoDB', async () => {
    const resource = resourceIn(cluster, 'no-dynamodb', { dynamodb: { endpoint: await answering(200, '<html>') } });
    await resource.apply();
    await becomes(resource, 'TablesReady', /^False\/EndpointInvalid: what answers at .* is not/);
  });

  test('a right that the credentials lack', async () => {
    const answer = JSON.stringify({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: 'arn:aws:secret-role',
    });
    const resource = resourceIn(cluster, 'no-right', { dynamodb: { endpoint: await answering(400, answer) } });
    await resource.apply();
    await becomes(
      resource,
      'TablesReady',
      /^False\/AccessDenied: the credentials in use may not reach table no-right-\w+ at /,
    );
    expect(await resource.condition('TablesReady')).not.toContain('secret-role');
  });
});

describe('through all of this', () => {
  test('the operator has stayed up', async () => {
    await eventually(async () => expect(await operator.isReady()).toBe(true));
  });

  test('no secret was told to anybody', async () => {
    const told = [await operator.log(), await cluster.kubectl('get', 'ri,events,jobs,deployments', '-A', '-o=json')];
    for (const secret of [AMBIENT_SECRET, SECRET_VALUE])
      for (const form of [secret, Buffer.from(secret).toString('base64')])
        for (const text of told) expect(text.includes(form)).toBe(false);
  });
});
