import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVENT, JOB } from '../../../src/kube/resource.ts';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { backfill, fill, startPods } from '../../support/operator/pods.ts';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
});

afterAll(() => cluster?.stop());

const jobNames = async (resource: Resource) => (await resource.children(JOB)).map(({ metadata }) => metadata.name);

async function ownershipRecordOf({ versionTable }: Resource) {
  return cluster.dynamodb.get(versionTable, { version: { N: '2' } });
}

async function filled(name: string): Promise<Resource> {
  const resource = resourceIn(cluster, name);
  await resource.apply();
  await fill(cluster, resource);
  return resource;
}

/** Reasons of what was told about it, in alphabetical order. */
async function events({ name, namespace }: Resource): Promise<string[]> {
  const { items } = await cluster.client.list(EVENT, namespace, {}, AbortSignal.timeout(120_000));
  const about = items.filter((event) => fieldOf(event, 'regarding.name') === name);
  return about.map((event) => String(fieldOf(event, 'reason'))).sort();
}

describe('a new RegistryIndex', () => {
  test('gets two tables, claimed in its name', async () => {
    const resource = resourceIn(cluster, 'claimed');
    await resource.apply();
    await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True\/Active/));
    const [repository, version] = await Promise.all(
      [resource.repositoryTable, resource.versionTable].map(cluster.dynamodb.describe),
    );
    expect(repository).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
    });
    expect(version).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: 'version', KeyType: 'HASH' }],
    });
    await eventually(async () =>
      expect(await ownershipRecordOf(resource)).toMatchObject({
        owner: { M: { namespace: { S: 'default' }, name: { S: 'claimed' } } },
        epoch: { N: '1' },
        source: { S: 's3://my-registry#Auto' },
        intent: { S: 'none' },
        complete: { BOOL: false },
      }),
    );
  });

  test('is filled by a Job, shows how far it is, and becomes ready', async () => {
    const resource = resourceIn(cluster, 'filled');
    await resource.apply();
    await eventually(async () =>
      expect(await jobNames(resource)).toEqual([expect.stringMatching(/^filled-backfill-1-/)]),
    );
    await startPods(cluster, resource, 'backfill');
    await eventually(async () => expect(await resource.condition('Ready')).toMatch(/^False\/Backfilling/));
    await backfill(cluster, resource, 1);
    await eventually(async () =>
      expect(await resource.condition('BackfillComplete')).toBe('False/Backfilling: 50 %, 10 repositories so far'),
    );
    expect(await cluster.kubectl('get', 'ri', 'filled', '--no-headers')).toMatch(
      /^filled +False +Backfilling +10 +50% +False +AsExpected +\w+\n$/,
    );
    await backfill(cluster, resource);
    await startPods(cluster, resource, 'search');
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=120s', 'ri/filled');

    const { backfill: told, observedGeneration, endpoint, conditions = [] } = await resource.status();
    expect(told).toMatchObject({ percent: 100, repositories: 20, errorCount: 2, completedAt: expect.any(String) });
    expect({ observedGeneration, endpoint }).toEqual({
      observedGeneration: 1,
      endpoint: 'http://filled-search.default.svc:8080',
    });
    expect(Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status}/${reason}`]))).toEqual({
      Claimed: 'True/ByRelease',
      Ready: 'True/Ready',
      TablesReady: 'True/Active',
      BackfillComplete: 'True/Complete',
      SearchAvailable: 'True/Available',
      Degraded: 'False/AsExpected',
      Reconciling: 'False/Ready',
      Stalled: 'False/Ready',
    });
    for (const condition of conditions) expect(condition.observedGeneration).toBe(1);
    await eventually(async () =>
      expect(await events(resource)).toEqual([
        'BackfillCompleted',
        'BackfillStarted',
        'CreatingTable',
        'CreatingTable',
        'TablesCreated',
      ]),
    );
  });
});

test('an operator that starts again finds its Job, and backfills nothing that is complete', async () => {
  const begun = resourceIn(cluster, 'begun');
  await begun.apply();
  const done = await filled('done');
  await eventually(async () => expect(await begun.children(JOB)).toHaveLength(1));
  const before = [await begun.children(JOB), await done.children(JOB)].map(uids);
  await operator.stop();
  operator = await cluster.startOperator('successor');
  await eventually(async () => expect(await operator.passes()).toBeGreaterThan(10));
  expect([await begun.children(JOB), await done.children(JOB)].map(uids)).toEqual(before);
  expect(await ownershipRecordOf(done)).toMatchObject({ epoch: { N: '1' }, complete: { BOOL: true } });
});

function uids(objects: Awaited<ReturnType<Resource['children']>>): (string | undefined)[] {
  return objects.map(({ metadata }) => metadata.uid);
}

describe('tables deleted by hand', () => {
  test('the repository table is made again and filled by a new Job of the next epoch', async () => {
    const resource = await filled('lost-repository');
    const before = await cluster.dynamodb.describe(resource.repositoryTable);
    await cluster.dynamodb.drop(resource.repositoryTable);
    await eventually(async () =>
      expect(await jobNames(resource)).toEqual([expect.stringMatching(/^lost-repository-backfill-2-/)]),
    );
    const after = await cluster.dynamodb.describe(resource.repositoryTable);
    expect(after?.CreationDateTime).not.toEqual(before?.CreationDateTime);
    expect(await ownershipRecordOf(resource)).toMatchObject({
      epoch: { N: '2' },
      complete: { BOOL: false },
      refill: { BOOL: true },
    });
    await eventually(async () => expect(await events(resource)).toContain('TableDeleted'));
    await fill(cluster, resource);
  });

  test('also while it is being filled', async () => {
    const resource = resourceIn(cluster, 'lost-early');
    await resource.apply();
    await eventually(async () => expect(await resource.children(JOB)).toHaveLength(1));
    await backfill(cluster, resource, 1);
    await cluster.dynamodb.drop(resource.repositoryTable);
    await eventually(async () =>
      expect(await jobNames(resource)).toEqual([expect.stringMatching(/^lost-early-backfill-2-/)]),
    );
    await eventually(async () =>
      expect((await resource.status()).backfill).toMatchObject({ percent: 0, repositories: 0 }),
    );
    await fill(cluster, resource);
  });

  test('the version table is made again beside the repository table, which is filled anew', async () => {
    const resource = await filled('lost-version');
    const before = await cluster.dynamodb.describe(resource.repositoryTable);
    await cluster.dynamodb.drop(resource.versionTable);
    await eventually(async () =>
      expect(await jobNames(resource)).toEqual([expect.stringMatching(/^lost-version-backfill-2-/)]),
    );
    const after = await cluster.dynamodb.describe(resource.repositoryTable);
    expect(after?.CreationDateTime).toEqual(before?.CreationDateTime);
    await fill(cluster, resource);
  });

  test('both are made again', async () => {
    const resource = await filled('lost-both');
    await Promise.all([resource.repositoryTable, resource.versionTable].map(cluster.dynamodb.drop));
    await eventually(async () =>
      expect(await jobNames(resource)).toEqual([expect.stringMatching(/^lost-both-backfill-2-/)]),
    );
    expect(await ownershipRecordOf(resource)).toMatchObject({ epoch: { N: '2' }, refill: { BOOL: true } });
    await fill(cluster, resource);
  });
});

test('another source is filled into the same tables in the next epoch', async () => {
  const resource = await filled('moved');
  await resource.change({ bucket: 'another-registry' });
  await eventually(async () => expect(await jobNames(resource)).toEqual([expect.stringMatching(/^moved-backfill-2-/)]));
  expect(await ownershipRecordOf(resource)).toMatchObject({
    source: { S: 's3://another-registry#Auto' },
    epoch: { N: '2' },
  });
});
