import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ABANDON_ANNOTATION, FINALIZER } from '../../../src/api/names.ts';
import { DEPLOYMENT, JOB, SERVICE } from '../../../src/kube/resource.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { fill } from '../../support/operator/pods.ts';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
});

afterAll(() => cluster?.stop());

const tablesOf = ({ repositoryTable, versionTable }: Resource) => [repositoryTable, versionTable];
const present = (resource: Resource) =>
  Promise.all(tablesOf(resource).map(async (table) => (await cluster.dynamodb.describe(table)) !== undefined));
const ownershipRecordOf = ({ versionTable }: Resource) => cluster.dynamodb.get(versionTable, { version: { N: '2' } });

/** Several more passes, of which any could do harm. */
async function somePasses(): Promise<void> {
  const before = await operator.passes();
  await until(async () => (await operator.passes()) > before + 3);
}

async function gone(resource: Resource): Promise<void> {
  await eventually(async () => expect(await resource.find()).toBeUndefined());
}

describe('tables that are not ours are left as they are', () => {
  /** Applies a resource on tables of somebody else, and sees to it that they stay as they were. */
  async function refused(resource: Resource): Promise<{ ready: string | undefined; events: string }> {
    const there = (await Promise.all(tablesOf(resource).map(cluster.dynamodb.describe))).flatMap(
      (it) => it?.TableName ?? [],
    );
    const before = await Promise.all(there.map(cluster.dynamodb.snapshot));
    await resource.apply();
    await eventually(async () => expect(await resource.condition('Stalled')).toMatch(/^True/));
    const passes = await operator.passes();
    await resource.annotate({ 'somebody/looks': 'again' });
    await until(async () => (await operator.passes()) > passes);
    expect(await Promise.all(there.map(cluster.dynamodb.snapshot))).toEqual(before);
    expect(await present(resource)).toEqual(tablesOf(resource).map((table) => there.includes(table)));
    for (const type of [JOB, DEPLOYMENT]) expect(await resource.children(type)).toEqual([]);
    const events = await eventually(async () => {
      const told = await cluster.kubectl('get', 'events', `--field-selector=involvedObject.name=${resource.name}`);
      expect(told).toContain('Warning');
      return told;
    });
    return { ready: await resource.condition('Ready'), events };
  }

  test('those of another RegistryIndex, whose name is told', async () => {
    const owner = resourceIn(cluster, 'owner');
    await owner.apply();
    await fill(cluster, owner);
    await owner.change({ suspend: true });
    await eventually(async () => expect(await owner.condition('Reconciling')).toMatch(/^False\/Suspended/));
    const { ready, events } = await refused(resourceIn(cluster, 'intruder', { database: 'owner' }));
    expect(ready).toMatch(
      /^False\/OwnedByOther: the tables belong to RegistryIndex default\/owner of cluster [0-9a-f-]{36}; choose another database/,
    );
    expect(events).toContain('OwnedByOther');
  });

  test('those of the original module, with the way out', async () => {
    const resource = resourceIn(cluster, 'legacy');
    await cluster.dynamodb.create(resource.repositoryTable, 'name S');
    await cluster.dynamodb.create(resource.versionTable, 'version N');
    await cluster.dynamodb.put(resource.versionTable, { version: { N: '1' } });
    await cluster.dynamodb.put(resource.repositoryTable, { name: { S: 'library/nginx' } });
    const { ready } = await refused(resource);
    expect(ready).toContain('False/LegacyTables');
    expect(ready).toContain(
      'stop it, then delete both tables or choose another database: nothing is lost, the bucket has it all',
    );
  });

  test('a repository table without a version table', async () => {
    const resource = resourceIn(cluster, 'orphan');
    await cluster.dynamodb.create(resource.repositoryTable, 'name S');
    const { ready } = await refused(resource);
    expect(ready).toMatch(/^False\/SchemaMismatch: a table with the name of the repository table/);
  });

  test('a table with other keys', async () => {
    const resource = resourceIn(cluster, 'other-keys');
    await cluster.dynamodb.create(resource.versionTable, 'id S');
    await cluster.dynamodb.put(resource.versionTable, { id: { S: 'theirs' } });
    const { ready } = await refused(resource);
    expect(ready).toMatch(/^False\/SchemaMismatch: a table with the name of the version table exists with other keys/);
  });

  test('a table that somebody uses for something else', async () => {
    const resource = resourceIn(cluster, 'other-use');
    await cluster.dynamodb.create(resource.versionTable, 'version N');
    await cluster.dynamodb.put(resource.versionTable, { version: { N: '77' }, software: { S: 'theirs' } });
    const { ready } = await refused(resource);
    expect(ready).toMatch(/^False\/NotOurs: the version table is not one of ours: it holds an item of version 77/);
  });

  test('they are made once the others are gone', async () => {
    const resource = resourceIn(cluster, 'later');
    await cluster.dynamodb.create(resource.versionTable, 'id S');
    await resource.apply();
    await eventually(async () => expect(await resource.condition('Stalled')).toMatch(/^True\/SchemaMismatch/));
    await cluster.dynamodb.drop(resource.versionTable);
    await resource.annotate({ 'somebody/says': 'gone' });
    await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
  });
});

describe('a resource that is deleted', () => {
  test('with Retain leaves its tables, and applied again goes on with them', async () => {
    const resource = resourceIn(cluster, 'retained');
    await resource.apply();
    await fill(cluster, resource);
    expect((await resource.find())?.metadata.finalizers).toBeUndefined();
    const before = await ownershipRecordOf(resource);
    await resource.remove();
    await gone(resource);
    await eventually(async () => {
      for (const type of [JOB, DEPLOYMENT, SERVICE]) expect(await resource.children(type)).toEqual([]);
    });
    expect(await present(resource)).toEqual([true, true]);

    await resource.apply();
    await eventually(async () => expect(await resource.condition('BackfillComplete')).toMatch(/^True/));
    expect(await ownershipRecordOf(resource)).toEqual(before);
    expect(await resource.children(JOB)).toEqual([]);
    await eventually(async () => expect(await resource.children(DEPLOYMENT)).toHaveLength(1));
    await eventually(async () =>
      expect(await resource.status()).toMatchObject({ epoch: 1, repositories: 20, backfill: { percent: 100 } }),
    );
  });

  test('with Delete has a finalizer before it has tables, and takes them along', async () => {
    const resource = resourceIn(cluster, 'deleted', { deletionPolicy: 'Delete' });
    await resource.apply();
    await eventually(async () => expect(await cluster.dynamodb.describe(resource.versionTable)).toBeDefined());
    expect((await resource.find())?.metadata.finalizers).toEqual([FINALIZER]);
    await fill(cluster, resource);
    await resource.remove();
    await gone(resource);
    expect(await present(resource)).toEqual([false, false]);
  });

  test('with Delete, but Retain at the last moment, leaves its tables', async () => {
    const resource = resourceIn(cluster, 'spared', { deletionPolicy: 'Delete' });
    await resource.apply();
    await fill(cluster, resource);
    await operator.stop();
    await resource.change({ deletionPolicy: 'Retain' });
    await resource.remove();
    operator = await cluster.startOperator();
    await gone(resource);
    expect(await present(resource)).toEqual([true, true]);
  });

  test('while its tables are still being made leaves nothing behind', async () => {
    const resource = resourceIn(cluster, 'short-lived', { deletionPolicy: 'Delete' });
    await resource.apply();
    await eventually(async () => expect(await cluster.dynamodb.describe(resource.versionTable)).toBeDefined());
    await resource.remove();
    await gone(resource);
    expect(await present(resource)).toEqual([false, false]);
  });

  /** With tables, and a Secret that nobody but the operator has then. */
  async function withFleetingSecret(name: string) {
    const { accessKeyId, secretAccessKey } = cluster.dynamodb;
    const literals = [`AWS_ACCESS_KEY_ID=${accessKeyId}`, `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`];
    await cluster.kubectl('create', 'secret', 'generic', 'fleeting', ...literals.map((it) => `--from-literal=${it}`));
    const resource = resourceIn(cluster, name, {
      deletionPolicy: 'Delete',
      credentials: { secretRef: { name: 'fleeting' } },
    });
    await resource.apply();
    await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
    return resource;
  }

  test('and whose Secret went first takes its tables along, as the operator remembers it', async () => {
    const resource = await withFleetingSecret('remembered');
    await cluster.kubectl('delete', 'secret', 'fleeting');
    await resource.remove();
    await gone(resource);
    expect(await present(resource)).toEqual([false, false]);
  });

  test('and whose Secret nobody remembers says how to let go, and leaves its tables at that word', async () => {
    const resource = await withFleetingSecret('abandoned');
    await operator.stop();
    await cluster.kubectl('delete', 'secret', 'fleeting');
    await resource.remove();
    operator = await cluster.startOperator();
    await eventually(async () =>
      expect(await resource.condition('Ready')).toContain(`annotate the resource with ${ABANDON_ANNOTATION}=true`),
    );
    expect(await resource.find()).toBeDefined();
    await resource.annotate({ [ABANDON_ANNOTATION]: 'true' });
    await gone(resource);
    expect(await present(resource)).toEqual([true, true]);
  });

  test('on tables of somebody else leaves those', async () => {
    const owner = resourceIn(cluster, 'keeper');
    await owner.apply();
    await fill(cluster, owner);
    const thief = resourceIn(cluster, 'thief', { database: 'keeper', deletionPolicy: 'Delete' });
    await thief.apply();
    await eventually(async () => expect(await thief.condition('Ready')).toMatch(/^False\/OwnedByOther/));
    await thief.remove();
    await gone(thief);
    await somePasses();
    expect(await present(owner)).toEqual([true, true]);
    expect(await owner.condition('BackfillComplete')).toMatch(/^True/);
  });
});
