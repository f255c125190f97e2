import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEPLOYMENT, LEASE } from '../../../src/kube/resource.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';

let cluster: Cluster;
/** By the name of the Lease that each holds, each with an image of its own. */
const releases = new Map<string, OperatorProcess>();

async function startRelease(name: string, namespaces: readonly string[]): Promise<void> {
  const flags = [
    `--lease=${name}`,
    `--image=registry-index:${name}`,
    ...namespaces.map((each) => `--watch-namespace=${each}`),
  ];
  releases.set(name, await cluster.startOperator(name, undefined, [...flags, '--ambient-credentials=All']));
}

beforeAll(async () => {
  cluster = await startCluster();
  for (const namespace of ['team-a', 'team-b', 'shared', 'elsewhere'])
    await cluster.kubectl('create', 'namespace', namespace);
  await startRelease('one', ['team-a', 'shared', 'not-there']);
  await startRelease('two', ['team-b', 'shared']);
});

afterAll(() => cluster?.stop());

async function applied(namespace: string, name: string): Promise<Resource> {
  const resource = resourceIn(cluster, name, { namespace });
  await resource.apply();
  return resource;
}

const releaseOf = async (resource: Resource) => (await resource.status()).release;
const imageOf = async (resource: Resource) =>
  fieldOf(await resource.children(DEPLOYMENT), '0.spec.template.spec.containers.0.image');

test('each release looks after the namespaces it is given, and nobody after the others', async () => {
  const nobodys = await applied('elsewhere', 'of-nobody');
  const [ofOne, ofTwo] = [await applied('team-a', 'of-one'), await applied('team-b', 'of-two')];
  await eventually(async () => {
    expect(await imageOf(ofOne)).toBe('registry-index:one');
    expect(await imageOf(ofTwo)).toBe('registry-index:two');
  });
  expect(await releaseOf(ofOne)).toBe('default/one');
  expect(await ofTwo.condition('Claimed')).toBe('True/ByRelease: release default/two looks after it');
  expect(await nobodys.status()).toEqual({ observedGeneration: -1 });
});

test('a resource that two releases see belongs to one, and to the other when that one is gone', async () => {
  const resource = await applied('shared', 'of-both');
  const owner = await eventually(async () => {
    const image = await imageOf(resource);
    expect(image).toMatch(/^registry-index:(one|two)$/);
    return String(image).split(':')[1] ?? '';
  });
  expect(await releaseOf(resource)).toBe(`default/${owner}`);
  const other = owner === 'one' ? 'two' : 'one';
  const before = fieldOf(await resource.children(DEPLOYMENT), '0.metadata.generation');
  await resource.annotate({ 'somebody/looks': 'again' });
  const passes = await releases.get(owner)?.passes();
  await until(async () => ((await releases.get(owner)?.passes()) ?? 0) > (passes ?? 0) + 5);
  expect(fieldOf(await resource.children(DEPLOYMENT), '0.metadata.generation')).toBe(before);

  await releases.get(owner)?.stop();
  await cluster.client.remove(LEASE, { namespace: 'default', name: owner }, {}, AbortSignal.timeout(60_000));
  await eventually(async () => {
    await resource.annotate({ 'somebody/looks': String(Math.random()) });
    expect(await imageOf(resource)).toBe(`registry-index:${other}`);
  });
  expect(await releaseOf(resource)).toBe(`default/${other}`);
});
