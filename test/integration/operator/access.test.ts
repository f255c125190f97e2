import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { probeSearch } from '../../../src/client/search-status.ts';
import { DEPLOYMENT } from '../../../src/kube/resource.ts';
import { freePort } from '../../env/free-port.ts';
import { isHealthy } from '../../env/http-probe.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { basic } from '../../support/access/access-bench.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import { fill } from '../../support/operator/pods.ts';
import { startWorker, type WorkerProcess } from '../../support/operator/worker-process.ts';
import { searchRecord } from '../../support/search/search-records.ts';

const NAMES = ['hr/pay', 'library/alpine', 'team/web'];
const EVE = basic('eve', 'secret');
const MOST_MS = 60_000;
const soon = () => AbortSignal.timeout(MOST_MS);

let cluster: Cluster;
let s3: S3Server;
let temp: TempDirectory;
let htpasswd: string;
let registry: Registry | undefined;
let resource: Resource;
let search: WorkerProcess;
let url: string;

beforeAll(async () => {
  temp = await tempDirectory('access');
  htpasswd = join(temp.path, 'htpasswd');
  await writeUsers('eve', 'ann');
  [cluster, s3] = await Promise.all([startCluster(), startVersityGw({ buckets: ['my-registry'] })]);
  registry = await startRegistry({ s3, bucket: 'my-registry', auth: { htpasswd } });
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

/** A pod of the search Deployment, in earnest. */
async function startSearch(): Promise<void> {
  const [deployment] = await resource.children(DEPLOYMENT);
  if (!deployment) throw new Error('there is no Deployment');
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const ports = ['--host=127.0.0.1', `--port=${port}`, `--monitoring-port=${monitoringPort}`];
  url = `http://127.0.0.1:${port}`;
  search = await startWorker(cluster, deployment, {
    args: [...ports, `--snapshot-dir=${temp.path}`],
    ready: () => isHealthy(`http://127.0.0.1:${monitoringPort}/readyz`),
  });
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
  expect(performance.now() - beganMs).toBeLessThan(MOST_MS);
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

test('the operator is told by its key how much there is, and what is wrong with the registry; others are not', async () => {
  const { nudgeKey } = await ownership();
  const report = () => probeSearch({ url, nudgeKey }, soon());
  expect(await report()).toMatchObject({ repositories: NAMES.length, problem: undefined });
  expect(await probeSearch({ url, nudgeKey: `${nudgeKey}x` }, soon())).toBeUndefined();
  await registry?.stop();
  registry = undefined;
  expect(await seen(basic('new', 'secret'))).toBe(503);
  await becomes(async () => (await report())?.problem?.reason, 'RegistryUnreachable');
});
