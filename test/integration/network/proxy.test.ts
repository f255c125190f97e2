import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { API_VERSION, KIND } from '../../../src/api/registry-index.ts';
import { ROLE_VARIABLES } from '../../../src/aws/credentials.ts';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { startForwardProxy } from '../../env/forward-proxy.ts';
import { startMoto } from '../../env/moto.ts';
import { push } from '../../env/push.ts';
import { startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { startBucketQueue } from '../../support/index/bucket-queue.ts';
import { type EnclosedStage, startEnclosedStage } from '../../support/network/enclosed-stage.ts';
import { relayTo } from '../../support/network/relay.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { resourceIn } from '../../support/operator/live-resource.ts';
import { startOperator } from '../../support/operator/operator-process.ts';
import type { RunProcess } from '../../support/standalone/run-process.ts';
import { runVerify } from '../../support/verify/run-verify.ts';

let stage: EnclosedStage;
let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;

beforeAll(async () => {
  stage = await startEnclosedStage({ reachable: true });
  folder = await tempDirectory('proxy');
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(async () => {
  await stage?.stop();
  await folder?.remove();
});

/** Starts `run` inside, and waits until it finds the registry's image. */
async function findInside(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<RunProcess> {
  const started = await stage.run(args, { ...stage.environment(), ...env });
  run = started;
  await eventually(async () => expect(await stage.search(started, 'shop')).toContain('team/shop'));
  return started;
}

test('without a proxy, nothing is reached from inside', async () => {
  run = await stage.run([], stage.environment(), /does not answer/);
  expect(run.output()).toContain(stage.dynamodb.endpoint);
});

test('tables, bucket and records are reached through HTTP_PROXY', async () => {
  const started = await findInside({ HTTP_PROXY: stage.proxy.url });
  await eventually(async () => expect(started.output()).toMatch(/backfill complete|nothing to backfill/));
  expect(await stage.askedFor(`POST ${stage.dynamodb.endpoint}`)).not.toEqual([]);
  expect(await stage.askedFor(`GET ${stage.s3.endpoint}/registry`)).not.toEqual([]);
});

test('verify asks the registry and the tables through the proxy', async () => {
  const env = { ...stage.environment(), http_proxy: stage.proxy.url };
  const { url } = stage.registry;
  const { output, errors } = await runVerify(['--registry', url], env, stage.network.launcher);
  expect(errors).toBe('');
  expect(output).toContain('the index is equal');
  expect(await stage.askedFor(`GET ${url}/v2/`)).not.toEqual([]);
});

test('a login is asked of the registry through the proxy', async () => {
  const asked = () => stage.askedFor(`GET ${stage.registry.url}/v2/`);
  const before = (await asked()).length;
  await findInside({ HTTP_PROXY: stage.proxy.url }, ['--access-registry', stage.registry.url]);
  expect((await asked()).length).toBeGreaterThan(before);
});

test('STS is asked for a role, and SQS for events, through the proxy', async () => {
  const host = stage.network.outsideAddress;
  const bucket = 'events';
  const aws = await startMoto({ buckets: [bucket], host });
  // Another address of the same server, so that requests of STS can be told from those of SQS.
  const sts = await relayTo(aws.endpoint, host);
  await sts.up();
  const queue = await startBucketQueue({ aws, bucket });
  const registry = await startRegistry({ s3: aws, bucket, host });
  const { region, endpoint } = aws;
  const spec = {
    ...{ database: 'docker-registry', region, bucket, storage: { endpoint, forcePathStyle: true } },
    notifications: { sqs: { queueURL: queue.url } },
  };
  const file = join(folder.path, 'registryindex.yaml');
  await writeFile(file, stringify({ apiVersion: API_VERSION, kind: KIND, metadata: { name: 'x' }, spec }));
  const data = join(folder.path, 'data');
  const started = await stage.run(
    ['-f', file, '--dynamodb', 'embedded', '--data', data, '--notifications-port', '0'],
    {
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      [ROLE_VARIABLES.arn]: 'arn:aws:iam::123456789012:role/registry',
      AWS_ENDPOINT_URL_STS: sts.endpoint,
      HTTP_PROXY: stage.proxy.url,
    },
    /events of the bucket are read from/,
  );
  run = started;
  await push(
    registry.url,
    'team/till',
    'v1',
    image({ platforms: ['linux/amd64'], created: new Date(0), content: 'till' }),
  );
  await eventually(async () => expect(await stage.search(started, 'till')).toContain('team/till'));
  await eventually(async () => expect(await queue.length()).toBe(0));
  expect(await stage.askedFor(`POST ${sts.endpoint}/`)).not.toEqual([]);
  expect(await stage.askedFor(`POST ${endpoint}/`)).not.toEqual([]);
  await started.interrupt();
  await registry.stop();
  queue.close();
  await sts.down();
  await aws.stop();
});

test('a proxy that wants a password gets it, and one that refuses is told', async () => {
  const login = { user: 'me', password: 'tell-nobody' };
  const closed = await startForwardProxy({ host: stage.network.gatewayAddress, login });
  const withLogin = closed.url.replace('://', `://${login.user}:${encodeURIComponent(login.password)}@`);
  const started = await findInside({ HTTP_PROXY: withLogin });
  await started.interrupt();
  run = await stage.run([], { ...stage.environment(), HTTP_PROXY: closed.url }, /proxy/);
  expect(run.output()).not.toContain(login.password);
  await closed.stop();
});

test('the operator reaches the API server by a tunnel, and the tables through the proxy', async () => {
  const { network, proxy } = stage;
  const cluster: Cluster = await startCluster();
  const server = parse(await readFile(cluster.kubeconfigPath, 'utf8'));
  const relay = await relayTo(server.clusters[0].cluster.server, network.outsideAddress);
  const endpoint = cluster.dynamodb.endpoint.replace('127.0.0.1', network.outsideAddress);
  await relay.up();
  Object.assign(server.clusters[0].cluster, { server: relay.endpoint, 'tls-server-name': '127.0.0.1' });
  const kubeconfigPath = join(folder.path, 'kubeconfig');
  await writeFile(kubeconfigPath, stringify(server));
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '.svc,10.96.0.0/12' };
  const { ambient } = cluster;
  const operator = await startOperator({ kubeconfigPath, allowedEndpoint: '*', ambient, env, network });
  const resource = resourceIn(cluster, 'proxied', { dynamodb: { endpoint } });
  await resource.apply();
  await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
  expect(await stage.askedFor(`CONNECT ${new URL(relay.endpoint).host}`)).not.toEqual([]);
  expect(await stage.askedFor(`POST ${endpoint}`)).not.toEqual([]);
  await operator.stop();
  await relay.down();
  await cluster.stop();
});
