import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { type Authority, createAuthority } from '../../env/certificates.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { type EnclosedNetwork, openEnclosedNetwork } from '../../env/enclosed-network.ts';
import { type ForwardProxy, startForwardProxy } from '../../env/forward-proxy.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eventually } from '../../support/eventually.ts';
import { startTlsFront, type TlsFront } from '../../support/network/tls-front.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';
import { runVerify } from '../../support/verify/run-verify.ts';

const BUCKET = 'registry';

let network: EnclosedNetwork;
let dynamodb: DynamoDbLocal;
let s3: S3Server;
let registry: Registry;
let proxy: ForwardProxy;
let authority: Authority;
let folder: Awaited<ReturnType<typeof tempDirectory>>;
let run: RunProcess | undefined;
const fronts: TlsFront[] = [];

beforeAll(async () => {
  folder = await tempDirectory('authority');
  authority = await createAuthority(folder.path);
  network = await openEnclosedNetwork();
  const host = network.outsideAddress;
  const certificate = await authority.issue({ name: 'services', alternativeNames: [`IP:${host}`] });
  [dynamodb, s3] = await Promise.all([startDynamoDbLocal(), startVersityGw({ buckets: [BUCKET] })]);
  registry = await startRegistry({ s3, bucket: BUCKET });
  for (const target of [dynamodb.endpoint, s3.endpoint, registry.url])
    fronts.push(await startTlsFront(target, host, certificate));
  proxy = await startForwardProxy({ host: network.gatewayAddress });
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'shop' });
  await push(registry.url, 'team/shop', 'v1', artefact);
});

afterEach(async () => {
  await run?.interrupt();
  run = undefined;
});

afterAll(async () => {
  for (const part of [...fronts, proxy, registry, s3, dynamodb, network]) await part?.stop();
  await folder?.remove();
});

const environment = () => ({
  DYNAMODB_DATABASE: 'own-authority',
  DYNAMODB_REGION: dynamodb.region,
  DYNAMODB_ENDPOINT: fronts[0]?.endpoint,
  DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
  DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
  REGISTRY_STORAGE_S3_BUCKET: BUCKET,
  REGISTRY_STORAGE_S3_REGION: s3.region,
  REGISTRY_STORAGE_S3_REGIONENDPOINT: fronts[1]?.endpoint,
  REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
  REGISTRY_STORAGE_S3_ACCESSKEY: s3.accessKeyId,
  REGISTRY_STORAGE_S3_SECRETKEY: s3.secretAccessKey,
  HTTPS_PROXY: proxy.url,
});

const startInside = (env: NodeJS.ProcessEnv, until?: RegExp) =>
  startRun(['--host', '::'], { ...environment(), ...env }, until, network.launcher);

async function found(): Promise<string> {
  const { port } = new URL(run?.url ?? '');
  return (await fetch(`http://${network.insideAddress}:${port}/v1/search?q=shop`)).text();
}

test('where nobody trusted has signed the certificate, the error says what to set', async () => {
  await expect(startInside({})).rejects.toThrow(
    /is signed by nobody who is trusted here; name who signs it in caBundle/,
  );
});

test.each([
  ['that are named in addition', () => ({ NODE_EXTRA_CA_CERTS: authority.certFile })],
  ['of the system', () => ({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: authority.certFile })],
])('tables, bucket and records are reached by TLS through the proxy with authorities %s', async (_, trust) => {
  run = await startInside(trust());
  await eventually(async () => expect(await found()).toContain('team/shop'));
  await eventually(async () => expect(run?.output()).toMatch(/backfill complete|nothing to backfill/));
  const requests = await proxy.requests();
  for (const { endpoint } of fronts.slice(0, 2)) expect(requests).toContain(`CONNECT ${new URL(endpoint).host}`);
});

test('verify and a login ask the registry by TLS through the proxy', async () => {
  const env = { ...environment(), NODE_EXTRA_CA_CERTS: authority.certFile };
  const url = fronts[2]?.endpoint ?? '';
  const { output, errors } = await runVerify(['--registry', url], env, network.launcher);
  expect(errors).toBe('');
  expect(output).toContain('the index is equal');
  expect(await proxy.requests()).toContain(`CONNECT ${new URL(url).host}`);
});
