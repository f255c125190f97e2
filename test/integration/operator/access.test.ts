import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { probeSearch } from '../../../src/client/search-status.ts';
import { DEPLOYMENT, SERVICE } from '../../../src/kube/resource.ts';
import { freePort } from '../../env/free-port.ts';
import { isHealthy } from '../../env/http-probe.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { basic } from '../../support/access/access-bench.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import { fill, startPods } from '../../support/operator/pods.ts';
import { startWorker, type WorkerProcess } from '../../support/operator/worker-process.ts';
import { searchRecord } from '../../support/search/search-records.ts';

/** Of this machine alone, so that a process can listen where a Service is. */
const SERVICE_RANGE = '127.96.0.0/16';
const NAMES = ['hr/pay', 'library/alpine', 'team/web'];
const EVE = basic('eve', 'secret');
const MAX_MS = 60_000;
const soon = () => AbortSignal.timeout(MAX_MS);

let cluster: Cluster;
let s3: S3Server;
let temp: TempDirectory;
let htpasswd: string;
let registry: Registry | undefined;
let registryUrl: string;
let resource: Resource;
let search: WorkerProcess;
let url: string;

beforeAll(async () => {
  temp = await tempDirectory('access');
  htpasswd = join(temp.path, 'htpasswd');
  await writeUsers('eve', 'ann');
  [cluster, s3] = await Promise.all([
    startCluster({ serviceRange: SERVICE_RANGE }),
    startVersityGw({ buckets: ['my-registry'] }),
  ]);
  registry = await startRegistry({ s3, bucket: 'my-registry', auth: { htpasswd } });
  registryUrl = registry.url;
  await cluster.startOperator();
  resource = resourceIn(cluster, 'access', {
    storage: { endpoint: s3.endpoint, forcePathStyle: true },
    search: {
      access: {
        mode: 'Registry',
        registry: { url: registry.url },
        recheckSeconds: 10,
        rules: [{ names: ['library/**'], anonymous: true }],
      },
    },
  });
  await resource.apply();
  await fill(cluster, resource);
  await write(NAMES);
  await startSearch();
}, 240_000);

afterAll(async () => {
  for (const part of [search, registry, cluster, s3]) await part?.stop();
  await temp?.remove();
});

function writeUsers(...users: readonly string[]): Promise<void> {
  return writeFile(htpasswd, users.map((user) => `${user}:${bcrypt.hashSync('secret', 4)}\n`).join(''));
}

/** What a worker of the backfill writes. */
async function write(names: readonly string[]): Promise<void> {
  const index = cluster.openIndex(resource.spec);
  const { epoch, feedShards } = await ownership();
  const records = index.records(feedShards);
  for (const name of names)
    await records.create({ record: searchRecord(name), epoch, fingerprint: 'f', listedAtMs: Date.now() }, soon());
  index.close();
}

async function ownership() {
  const index = cluster.openIndex(resource.spec);
  const state = await index.ownership.read(soon()).finally(() => index.close());
  if (state.kind !== 'ours') throw new Error(`the version table is ${state.kind}`);
  return state.ownership;
}

/** A pod of the search Deployment, in earnest, where its Service is. */
async function startSearch(): Promise<void> {
  const [[deployment], [service]] = await Promise.all([resource.children(DEPLOYMENT), resource.children(SERVICE)]);
  if (!deployment) throw new Error('there is no Deployment');
  const host = String(fieldOf(service, 'spec.clusterIP'));
  const port = Number(fieldOf(service, 'spec.ports.0.port'));
  const monitoringPort = await freePort();
  url = `http://${host}:${port}`;
  search = await startWorker(cluster, deployment, {
    args: [`--host=${host}`, `--monitoring-port=${monitoringPort}`, `--snapshot-dir=${temp.path}`],
    ready: () => isHealthy(`http://${host}:${monitoringPort}/readyz`),
  });
  await startPods(cluster, resource, 'search');
}

async function seen(authorization?: string): Promise<readonly string[] | number> {
  const answer = await fetch(`${url}/v2/_catalog`, authorization ? { headers: { authorization } } : {});
  const { repositories }: { readonly repositories?: readonly string[] } = JSON.parse(await answer.text());
  return repositories ?? answer.status;
}

/** Waits until it is so, a minute at most. */
async function becomes(shown: () => Promise<unknown>, expected: unknown): Promise<void> {
  const beganMs = performance.now();
  await eventually(async () => expect(await shown()).toEqual(expected));
  expect(performance.now() - beganMs).toBeLessThan(MAX_MS);
}

test('rules that change act within a minute, on the pods as they run', async () => {
  await becomes(() => seen(EVE), ['library/alpine']);
  const before = await resource.children(DEPLOYMENT);
  const rules = [
    { names: ['library/**', 'team/**'], anonymous: true },
    { names: ['hr/**'], groups: ['payroll'] },
  ];
  await resource.change({ search: { access: { rules, groups: { payroll: ['eve'] } } } });
  await becomes(() => seen(EVE), NAMES);
  expect(await seen()).toEqual(['library/alpine', 'team/web']);
  await resource.change({ search: { access: { rules: [], groups: null } } });
  await becomes(() => seen(EVE), []);
  const templates = [before, await resource.children(DEPLOYMENT)].map(([one]) => one?.spec);
  expect(templates[1]).toEqual(templates[0]);
});

test('a user who is taken out of the registry is out within a minute, and one who was put in is in', async () => {
  await resource.change({ search: { access: { rules: [{ names: ['team/**'], authenticated: true }] } } });
  await becomes(() => seen(EVE), ['team/web']);
  await writeUsers('joe');
  await becomes(() => seen(EVE), 401);
  await becomes(() => seen(basic('joe', 'secret')), ['team/web']);
});

test('the operator is told by its key how much there is, and others are not', async () => {
  const { nudgeKey } = await ownership();
  expect(await probeSearch({ url, nudgeKey }, soon())).toMatchObject({
    repositories: NAMES.length,
    problem: undefined,
  });
  expect(await probeSearch({ url, nudgeKey: `${nudgeKey}x` }, soon())).toBeUndefined();
  await eventually(async () => expect(await resource.status()).toMatchObject({ repositories: NAMES.length }));
});

describe('what keeps callers from being told apart stands in Degraded', () => {
  const degraded = (begins: string) =>
    eventually(async () => expect(await resource.condition('Degraded')).toMatch(new RegExp(`^${begins}`)));

  test('a registry that does not answer', async () => {
    await degraded('False/');
    const { port } = new URL(registryUrl);
    await registry?.stop();
    expect(await seen(basic('new', 'secret'))).toBe(503);
    await degraded('True/RegistryUnreachable: callers whose login is not remembered');
    registry = await startRegistry({ s3, bucket: 'my-registry', port: Number(port) });
  });

  test('a registry that lets everybody in, of whom none is anybody', async () => {
    // Registries are tried at the start of a pod.
    await search.stop();
    await startSearch();
    await resource.change({ search: { access: { rules: [{ names: ['team/**'], anonymous: true }] } } });
    await degraded('True/RegistryOpen: the registry accepts any name and password');
    expect(await seen(EVE)).toEqual(['team/web']);
  });
});
