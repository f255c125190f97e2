import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DEPLOYMENT,
  DISRUPTION_BUDGET,
  JOB,
  type KubeObject,
  keyOf,
  POD,
  type ResourceType,
  SECRET,
  SERVICE,
} from '../../../src/kube/resource.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { failBackfill, fill, startPods } from '../../support/operator/pods.ts';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
});

afterAll(() => cluster?.stop());

const soon = () => AbortSignal.timeout(120_000);

/** Makes or changes a Secret in the namespace of the resources. */
async function putSecret(name: string, secretAccessKey: string): Promise<void> {
  const stringData = { AWS_ACCESS_KEY_ID: cluster.dynamodb.accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'default', name }, stringData };
  await cluster.client.apply(SECRET, object, { fieldManager: 'a-person' }, soon());
}

/** The only child of a type, as soon as there is one. */
function theOnly({ children }: Resource, type: ResourceType): Promise<KubeObject> {
  return eventually(async () => {
    const [child, ...others] = await children(type);
    if (!child || others.length > 0) throw new Error(`there are ${child ? 'several' : 'no'} ${type.plural}`);
    return child;
  });
}

async function applied(...args: Parameters<typeof resourceIn> extends [Cluster, ...infer Rest] ? Rest : never) {
  const resource = resourceIn(cluster, ...args);
  await resource.apply();
  for (const type of [DEPLOYMENT, SERVICE, JOB]) await theOnly(resource, type);
  return resource;
}

describe('children that somebody deletes come back', () => {
  test.each([
    { type: DEPLOYMENT, name: 'without-deployment' },
    { type: SERVICE, name: 'without-service' },
    { type: JOB, name: 'without-job' },
  ])('the $type.kind', async ({ type, name }) => {
    const resource = await applied(name);
    const before = await theOnly(resource, type);
    await cluster.client.remove(type, keyOf(before), { propagation: 'Background' }, soon());
    await eventually(async () => expect((await theOnly(resource, type)).metadata.uid).not.toBe(before.metadata.uid));
    expect((await theOnly(resource, type)).metadata.name).toBe(before.metadata.name);
  });
});

describe('the search Deployment', () => {
  const deploymentOf = async (resource: Resource) => theOnly(resource, DEPLOYMENT);
  const containerField = async (resource: Resource, path: string) =>
    fieldOf(await deploymentOf(resource), `spec.template.spec.containers.0.${path}`);

  test('follows the replicas and resources that the resource says', async () => {
    const resource = await applied('scaled');
    expect(fieldOf(await deploymentOf(resource), 'spec.replicas')).toBe(1);
    await resource.change({ search: { replicas: 2, resources: { limits: { memory: '2048Mi', cpu: '0.5' } } } });
    await eventually(async () => expect(fieldOf(await deploymentOf(resource), 'spec.replicas')).toBe(2));
    expect(await containerField(resource, 'resources')).toEqual({ limits: { memory: '2Gi', cpu: '500m' } });
  });

  test('of several pods is drained one at a time, and of one pod like any other', async () => {
    const resource = await applied('drained', { search: { replicas: 2 } });
    const budget = await theOnly(resource, DISRUPTION_BUDGET);
    expect(budget.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    const [pod] = await eventually(async () => {
      const pods = await resource.children(POD);
      expect(pods).toHaveLength(2);
      return pods;
    });
    expect(pod?.metadata.labels).toMatchObject(fieldOf(budget, 'spec.selector.matchLabels') ?? {});
    await resource.change({ search: { replicas: 1 } });
    await eventually(async () => expect(await resource.children(DISRUPTION_BUDGET)).toEqual([]));
  });

  test('keeps its replicas when the resource no longer says how many, and leaves them to an autoscaler', async () => {
    const resource = await applied('to-an-autoscaler', { search: { replicas: 3 } });
    expect(fieldOf(await deploymentOf(resource), 'spec.replicas')).toBe(3);
    await resource.change({ search: { replicas: null, resources: { limits: { memory: '2Gi' } } } });
    await eventually(async () =>
      expect(await containerField(resource, 'resources')).toEqual({ limits: { memory: '2Gi' } }),
    );
    expect(fieldOf(await deploymentOf(resource), 'spec.replicas')).toBe(3);
    await cluster.client.patch(DEPLOYMENT, keyOf(await deploymentOf(resource)), { spec: { replicas: 5 } }, soon());
    await resource.change({ search: { resources: { limits: { memory: '3Gi' } } } });
    await eventually(async () =>
      expect(await containerField(resource, 'resources')).toEqual({ limits: { memory: '3Gi' } }),
    );
    expect(fieldOf(await deploymentOf(resource), 'spec.replicas')).toBe(5);
  });

  test('that cannot roll out is Degraded, and not Ready, while its earlier pod answers', async () => {
    const resource = await applied('stuck');
    await fill(cluster, resource);
    await startPods(cluster, resource, 'search');
    await eventually(async () => expect(await resource.condition('Ready')).toMatch(/^True/));
    await resource.change({ search: { serviceAccountName: 'missing-account' } });
    await eventually(async () =>
      expect(await resource.condition('Degraded')).toMatch(/^True\/RolloutStuck: .*"missing-account" not found/),
    );
    expect(await resource.condition('Ready')).toMatch(/^False\/RolloutStuck/);
    expect(await resource.condition('SearchAvailable')).toMatch(/^True/);
  });

  test('runs where the resource says, and a variable of ours is refused by name', async () => {
    const tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'tools', effect: 'NoSchedule' }];
    const resource = await applied('on-tainted-nodes', {
      podTemplate: { tolerations, nodeSelector: { pool: 'tools' } },
    });
    expect(fieldOf(await deploymentOf(resource), 'spec.template.spec')).toMatchObject({
      tolerations,
      nodeSelector: { pool: 'tools' },
    });
    expect(fieldOf(await theOnly(resource, JOB), 'spec.template.spec')).toMatchObject({ tolerations });
    const env = [{ name: 'AWS_PROFILE', value: 'admin' }];
    await expect(resource.change({ search: { podTemplate: { env } } })).rejects.toThrow(/AWS_\*.* cannot be set here/);
    await resource.change({ podTemplate: null });
    await eventually(async () =>
      expect(fieldOf(await deploymentOf(resource), 'spec.template.spec.tolerations')).toBeUndefined(),
    );
  });

  test('loses what the resource no longer says', async () => {
    const credentials = { secretRef: { name: 'search-keys' } };
    await putSecret('search-keys', 'first');
    const resource = await applied('plain-again', {
      serviceAccountName: 'some-account',
      search: { credentials, resources: { limits: { memory: '2Gi', cpu: '1' } } },
    });
    expect(await containerField(resource, 'env.1.valueFrom.secretKeyRef.name')).toBe('search-keys');
    await resource.change({
      serviceAccountName: null,
      search: { credentials: null, resources: { limits: { cpu: null } } },
    });
    await eventually(async () =>
      expect(await containerField(resource, 'resources')).toEqual({ limits: { memory: '2Gi' } }),
    );
    expect(await containerField(resource, 'env.1')).toBeUndefined();
    expect(fieldOf(await deploymentOf(resource), 'spec.template.spec.serviceAccountName')).toBe('default');
  });

  test('keeps what others have set, and is set right where they changed what is ours', async () => {
    const resource = await applied('shared');
    const key = keyOf(await deploymentOf(resource));
    const theirs = { metadata: { annotations: { 'mesh.example/inject': 'yes' } }, spec: { replicas: 3, paused: true } };
    await cluster.client.patch(DEPLOYMENT, key, theirs, soon());
    const ours = { spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } };
    await cluster.client.patch(DEPLOYMENT, key, ours, soon());
    await eventually(async () =>
      expect(fieldOf(await deploymentOf(resource), 'spec.strategy.rollingUpdate.maxUnavailable')).toBe(0),
    );
    expect(await deploymentOf(resource)).toMatchObject(theirs);
  });

  test('that is as it should be is not written again', async () => {
    const resource = await applied('quiet', { search: { resources: { limits: { cpu: '0.1', memory: '1024Mi' } } } });
    await fill(cluster, resource);
    await startPods(cluster, resource, 'search');
    await eventually(async () => expect(await resource.condition('Ready')).toMatch(/^True/));
    const versions = async () => [
      (await deploymentOf(resource)).metadata.resourceVersion,
      (await theOnly(resource, SERVICE)).metadata.resourceVersion,
      (await resource.find())?.metadata.resourceVersion,
    ];
    // The controllers of Kubernetes may still have something to write when it is ready.
    await eventually(async () => {
      const [before, passes] = [await versions(), await operator.passes()];
      await until(async () => (await operator.passes()) > passes + 5);
      expect(await versions()).toEqual(before);
    });
  });
});

describe('the indexer', () => {
  const indexerOf = async ({ children }: Resource) =>
    [...(await children(DEPLOYMENT, 'indexer')), ...(await children(SERVICE, 'indexer'))].map(({ kind }) => kind);

  test('comes and goes with spec.notifications, and pods are replaced when the token changes', async () => {
    await putSecret('registry-token', 'first-token');
    const resource = await applied('told');
    expect(await indexerOf(resource)).toEqual([]);
    const tokenSecretRef = { name: 'registry-token', key: 'AWS_SECRET_ACCESS_KEY' };
    await resource.change({ notifications: { tokenSecretRef } });
    await eventually(async () => expect(await indexerOf(resource)).toEqual(['Deployment', 'Service']));
    await eventually(async () => expect(await resource.condition('Fresh')).toMatch(/^False\/StartingIndexer/));
    const template = async () =>
      fieldOf(await resource.children(DEPLOYMENT, 'indexer'), '0.spec.template.metadata.annotations');
    const before = await template();
    await putSecret('registry-token', 'second-token');
    await eventually(async () => expect(await template()).not.toEqual(before));
    await resource.change({ notifications: null });
    await eventually(async () => expect(await indexerOf(resource)).toEqual([]));
    await eventually(async () => expect(await resource.condition('Fresh')).toBeUndefined());
  });

  test('with neither a token nor a secret of the path is refused by the API server', async () => {
    const resource = await applied('told-nothing');
    await expect(resource.change({ notifications: { pulls: 'Hints' } })).rejects.toThrow(/needs tokenSecretRef/);
  });
});

test('somebody’s own Service of that name is left as it is, and named', async () => {
  const theirs = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'taken-search' },
    spec: { selector: { app: 'theirs' }, ports: [{ port: 80 }] },
  };
  const before = await cluster.client.create(SERVICE, theirs, soon());
  const resource = resourceIn(cluster, 'taken');
  await resource.apply();
  await eventually(async () =>
    expect(await resource.condition('SearchAvailable')).toMatch(/^False\/ChildNotOurs: Service taken-search exists/),
  );
  expect(await cluster.client.get(SERVICE, keyOf(before), soon())).toEqual(before);
  await cluster.client.remove(SERVICE, keyOf(before), {}, soon());
  await theOnly(resource, SERVICE);
});

test('pods that may not be made are told with the reason', async () => {
  const resource = await applied('no-account', { serviceAccountName: 'nobody-made-it' });
  await eventually(async () =>
    expect(await resource.condition('SearchAvailable')).toMatch(
      /^False\/WaitingForPods: no pod of Deployment no-account-search is ready \(.*"nobody-made-it" not found.*kubectl describe/,
    ),
  );
});

test('a Secret that was changed reaches the pods: search gets other ones, and the backfill another Job', async () => {
  await putSecret('rotated', 'first');
  const resource = await applied('rotating', { credentials: { secretRef: { name: 'rotated' } } });
  const job = await theOnly(resource, JOB);
  const started = async () => fieldOf(await theOnly(resource, DEPLOYMENT), 'spec.template.metadata.annotations');
  const before = await started();
  await putSecret('rotated', 'second');
  await eventually(async () => expect(await started()).not.toEqual(before));
  await eventually(async () => expect((await theOnly(resource, JOB)).metadata.name).not.toBe(job.metadata.name));
});

test('another number of workers is another Job, which takes the place of the one before', async () => {
  const resource = await applied('more-workers');
  const before = await theOnly(resource, JOB);
  await resource.change({ backfill: { workers: 3 } });
  await eventually(async () => expect((await theOnly(resource, JOB)).metadata.name).not.toBe(before.metadata.name));
  expect(fieldOf(await theOnly(resource, JOB), 'spec.completions')).toBe(3);
});

test('a failed Job is told with what its worker said, and followed by another one after a pause', async () => {
  const resource = await applied('failing');
  const job = await theOnly(resource, JOB);
  const failedAfterMs = Date.now();
  await failBackfill(cluster, resource, { reason: 'BucketNotFound', message: 'bucket my-registry does not exist' });
  await eventually(async () =>
    expect(await resource.condition('Ready')).toBe('False/BucketNotFound: bucket my-registry does not exist'),
  );
  const next = await eventually(async () => {
    const { metadata } = await theOnly(resource, JOB);
    expect(metadata.uid).not.toBe(job.metadata.uid);
    return metadata;
  });
  // Ten seconds, less the parts of a second that timestamps in Kubernetes do not have.
  expect(Date.parse(String(next.creationTimestamp)) - failedAfterMs).toBeGreaterThan(8_000);
  await eventually(async () => expect((await resource.status()).backfill).toMatchObject({ attempts: 1 }));
});

test('a resource with a name that is too long for its children gets them all the same', async () => {
  const resource = await applied(`1st.${'very-'.repeat(30)}long`, { database: 'long-name' });
  expect((await theOnly(resource, SERVICE)).metadata.name).toMatch(/^ri-1st-very-[a-z-]*-[0-9a-f]{8}$/);
});

test('a suspended resource is left as it is until it goes on', async () => {
  const resource = await applied('suspended');
  await startPods(cluster, resource, 'backfill');
  await eventually(async () => expect(await resource.condition('Ready')).toMatch(/^False\/Backfilling/));
  await resource.change({ suspend: true });
  await eventually(async () => expect(await resource.condition('Reconciling')).toMatch(/^False\/Suspended/));
  expect(await resource.condition('Ready')).toMatch(/^False\/Backfilling/);
  const passes = await operator.passes();
  await cluster.client.remove(SERVICE, keyOf(await theOnly(resource, SERVICE)), {}, soon());
  await cluster.dynamodb.drop(resource.repositoryTable);
  await eventually(async () => expect(await operator.passes()).toBeGreaterThan(passes + 3));
  expect(await resource.children(SERVICE)).toEqual([]);
  expect(await cluster.dynamodb.describe(resource.repositoryTable)).toBeUndefined();
  await resource.change({ suspend: false });
  await theOnly(resource, SERVICE);
  await eventually(async () => expect(await cluster.dynamodb.describe(resource.repositoryTable)).toBeDefined());
});
