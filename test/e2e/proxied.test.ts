import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { type Authority, createAuthority } from '../env/certificates.ts';
import { type EnclosedCluster, startEnclosedCluster } from '../env/cluster.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../env/dynamodb-local.ts';
import { type ForwardProxy, startForwardProxy } from '../env/forward-proxy.ts';
import { buildImage } from '../env/image.ts';
import { pushSample } from '../env/push.ts';
import { startRegistry } from '../env/registry.ts';
import { reachService } from '../env/service-address.ts';
import { tempDirectory } from '../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../env/versitygw.ts';
import { type Tools, toolsFor } from '../support/cluster/kubectl.ts';
import { search } from '../support/cluster/search.ts';
import { startTlsFront, type TlsFront } from '../support/network/tls-front.ts';

const NAMESPACE = 'registry-index';
const BUCKET = 'registry';
const TAINT = { key: 'dedicated', value: 'tools', effect: 'NoSchedule' };
const TOLERATION = { ...TAINT, operator: 'Equal' };
const STAGE_MS = 30 * 60_000;

const parts = new AsyncDisposableStack();
let folder: Awaited<ReturnType<typeof tempDirectory>>;
let cluster: EnclosedCluster;
let tools: Tools;
let image: Awaited<ReturnType<typeof buildImage>>;
let authority: Authority;
let services: { readonly dynamodb: DynamoDbLocal; readonly s3: S3Server };
let fronts: Readonly<Record<'dynamodb' | 's3', TlsFront>>;
let proxy: ForwardProxy;

beforeAll(async () => {
  const kept = <T extends { stop(): Promise<void> }>(part: T) => parts.adopt(part, ({ stop }) => stop());
  folder = parts.adopt(await tempDirectory('proxied'), ({ remove }) => remove());
  image = await buildImage();
  cluster = kept(await startEnclosedCluster());
  await cluster.loadImage(image.archive);
  tools = toolsFor(cluster.kubeconfigPath);
  await tools.kubectl('taint', 'nodes', '--all', `${TAINT.key}=${TAINT.value}:${TAINT.effect}`);
  const dynamodb = kept(await startDynamoDbLocal());
  const s3 = kept(await startVersityGw({ buckets: [BUCKET] }));
  services = { dynamodb, s3 };
  const { outsideAddress: host } = cluster;
  authority = await createAuthority(folder.path);
  const certificate = await authority.issue({ name: 'services', alternativeNames: [`IP:${host}`] });
  fronts = {
    dynamodb: kept(await startTlsFront(dynamodb.endpoint, host, certificate)),
    s3: kept(await startTlsFront(s3.endpoint, host, certificate)),
  };
  proxy = kept(await startForwardProxy({ host: cluster.hostAddress }));
  await pushSample(kept(await startRegistry({ s3, bucket: BUCKET })).url);
}, STAGE_MS);

afterAll(() => parts.disposeAsync(), STAGE_MS);

/** What docs/install.md says, on nodes with a taint, behind a proxy, with an authority of one's own. */
const values = () => ({
  image: { repository: image.repository, tag: image.tag },
  allowedEndpoints: [fronts.dynamodb.endpoint, fronts.s3.endpoint],
  tolerations: [TOLERATION],
  proxy: { httpsProxy: proxy.url, noProxy: `.svc,${cluster.serviceRange}` },
  caBundle: { configMapRef: { name: 'company-ca' } },
  podDefaults: { tolerations: [TOLERATION], caBundle: { configMapRef: { name: 'company-ca' } } },
});

test('from helm install to the first hit on nodes with a taint, behind a proxy, with an authority of one’s own', async () => {
  const { dynamodb, s3 } = services;
  await tools.kubectl('create', 'namespace', NAMESPACE);
  await tools.kubectl('-n', NAMESPACE, 'create', 'configmap', 'company-ca', `--from-file=ca.crt=${authority.certFile}`);
  const keys = {
    DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
    DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
  const literals = Object.entries(keys).map(([name, value]) => `--from-literal=${name}=${value}`);
  await tools.kubectl('-n', NAMESPACE, 'create', 'secret', 'generic', 'aws', ...literals);
  const valuesFile = join(folder.path, 'values.yaml');
  await writeFile(valuesFile, stringify(values()));
  const release = ['registry-index', 'charts/registry-index', '-n', NAMESPACE, '-f', valuesFile];
  await tools.helm('install', ...release, '--wait', '--timeout=600s');
  await tools.apply({
    apiVersion: 'registryindex.dev/v1alpha1',
    kind: 'RegistryIndex',
    metadata: { name: 'my-registry', namespace: NAMESPACE },
    spec: {
      database: 'docker-registry',
      region: 'eu-west-1',
      bucket: BUCKET,
      storage: { endpoint: fronts.s3.endpoint, forcePathStyle: true },
      dynamodb: { endpoint: fronts.dynamodb.endpoint },
      credentials: { secretRef: { name: 'aws' } },
    },
  });
  await tools.kubectl('-n', NAMESPACE, 'wait', '--for=condition=Ready', 'ri/my-registry', '--timeout=600s');
  const { address } = await reachService(cluster, { namespace: NAMESPACE, name: 'my-registry-search', port: 8080 });
  expect((await search(address, 'nginx')).results.map(({ name }) => name)).toContain('base/nginx');
});

/** What becomes of a connection from inside a pod to this URL. */
async function connectFromPod(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const script = `require('net').connect(${port}, '${hostname}', () => { console.log('connected'); process.exit(); })
    .on('error', ({ code }) => console.log(code))`;
  const pod = ['-n', NAMESPACE, 'deployment/my-registry-search', '--', '/nodejs/bin/node', '-e', script];
  return (await tools.kubectl('exec', ...pod)).trim();
}

test('the proxy is the only way out, and was asked for both services', async () => {
  expect(await connectFromPod(proxy.url)).toBe('connected');
  for (const { endpoint } of Object.values(fronts)) {
    expect(await connectFromPod(endpoint)).toMatch(/^E(NET|HOST)UNREACH$/);
    expect(await proxy.requests()).toContain(`CONNECT ${new URL(endpoint).host}`);
  }
});
