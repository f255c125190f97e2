import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { type EnclosedNetwork, openEnclosedNetwork } from '../../env/enclosed-network.ts';
import { type ForwardProxy, startForwardProxy } from '../../env/forward-proxy.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { relayTo } from '../../support/network/relay.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { resourceIn } from '../../support/operator/live-resource.ts';
import { startOperator } from '../../support/operator/operator-process.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';
import { runVerify } from '../../support/verify/run-verify.ts';

const BUCKET = 'registry';

let network: EnclosedNetwork;
let dynamodb: DynamoDbLocal;
let s3: S3Server;
let registry: Registry;
let proxy: ForwardProxy;
let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;

beforeAll(async () => {
  network = await openEnclosedNetwork();
  const host = network.outsideAddress;
  folder = await tempDirectory('proxy');
  [dynamodb, s3] = await Promise.all([startDynamoDbLocal({ host }), startVersityGw({ buckets: [BUCKET], host })]);
  registry = await startRegistry({ s3, bucket: BUCKET, host });
  proxy = await startForwardProxy({ host: network.gatewayAddress });
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'shop' });
  await push(registry.url, 'team/shop', 'v1', artefact);
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(async () => {
  for (const part of [proxy, registry, s3, dynamodb, network]) await part?.stop();
  await folder?.remove();
});

const environment = () => ({
  DYNAMODB_DATABASE: 'behind-a-proxy',
  DYNAMODB_REGION: dynamodb.region,
  DYNAMODB_ENDPOINT: dynamodb.endpoint,
  DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
  DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
  REGISTRY_STORAGE_S3_BUCKET: BUCKET,
  REGISTRY_STORAGE_S3_REGION: s3.region,
  REGISTRY_STORAGE_S3_REGIONENDPOINT: s3.endpoint,
  REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
  REGISTRY_STORAGE_S3_ACCESSKEY: s3.accessKeyId,
  REGISTRY_STORAGE_S3_SECRETKEY: s3.secretAccessKey,
});

const startInside = (env: NodeJS.ProcessEnv, until?: RegExp) =>
  startRun(['--host', '::'], { ...environment(), ...env }, until, network.launcher);

async function found(): Promise<string> {
  const { port } = new URL(run?.url ?? '');
  return (await fetch(`http://${network.insideAddress}:${port}/v1/search?q=shop`)).text();
}

const askedFor = async (place: string) => (await proxy.requests()).filter((request) => request.includes(place));

test('without a proxy, nothing is reached from inside', async () => {
  run = await startInside({}, /does not answer/);
  expect(run.output()).toContain(dynamodb.endpoint);
});

test('tables, bucket and records are reached through HTTP_PROXY', async () => {
  run = await startInside({ HTTP_PROXY: proxy.url });
  await eventually(async () => expect(await found()).toContain('team/shop'));
  await eventually(async () => expect(run?.output()).toMatch(/backfill complete|nothing to backfill/));
  expect(await askedFor(`POST ${dynamodb.endpoint}`)).not.toEqual([]);
  expect(await askedFor(`GET ${s3.endpoint}/${BUCKET}`)).not.toEqual([]);
});

test('verify asks the registry and the tables through the proxy', async () => {
  const env = { ...environment(), http_proxy: proxy.url };
  const { output, errors } = await runVerify(['--registry', registry.url], env, network.launcher);
  expect(errors).toBe('');
  expect(output).toContain('the index is equal');
  expect(await askedFor(`GET ${registry.url}/v2/`)).not.toEqual([]);
});

test('a login is asked of the registry through the proxy', async () => {
  const before = (await askedFor(`GET ${registry.url}/v2/`)).length;
  const env = { ...environment(), HTTP_PROXY: proxy.url };
  run = await startRun(['--host', '::', '--access-registry', registry.url], env, undefined, network.launcher);
  await eventually(async () => expect(await found()).toContain('team/shop'));
  expect((await askedFor(`GET ${registry.url}/v2/`)).length).toBeGreaterThan(before);
});

test('a proxy that wants a password gets it, and one that refuses is told', async () => {
  const login = { user: 'me', password: 'tell-nobody' };
  const closed = await startForwardProxy({ host: network.gatewayAddress, login });
  const withLogin = closed.url.replace('://', `://${login.user}:${encodeURIComponent(login.password)}@`);
  run = await startInside({ HTTP_PROXY: withLogin });
  await eventually(async () => expect(await found()).toContain('team/shop'));
  await run.interrupt();
  run = await startInside({ HTTP_PROXY: closed.url }, /proxy/);
  expect(run.output()).not.toContain(login.password);
  await closed.stop();
});

test('the operator reaches the API server by a tunnel, and the tables through the proxy', async () => {
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
  expect(await askedFor(`CONNECT ${new URL(relay.endpoint).host}`)).not.toEqual([]);
  expect(await askedFor(`POST ${endpoint}`)).not.toEqual([]);
  await operator.stop();
  await relay.down();
  await cluster.stop();
});
