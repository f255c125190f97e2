import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEPLOYMENT, JOB } from '../../../src/kube/resource.ts';
import { eventually } from '../../support/eventually.ts';
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

const DAYS_MS = 24 * 60 * 60_000;
const ownershipRecordOf = ({ versionTable }: Resource) => cluster.dynamodb.get(versionTable, { version: { N: '2' } });
const claimOf = ({ repositoryTable }: Resource) => cluster.dynamodb.get(repositoryTable, { name: { S: '#claim' } });
const idOf = async ({ repositoryTable }: Resource) =>
  (await cluster.dynamodb.describe(repositoryTable))?.CreationDateTime?.toISOString();
const gone = (resource: Resource) => eventually(async () => expect(await resource.find()).toBeUndefined());

/** Another look, of which the first sentence a resource has to say does not count any more. */
async function lookAgain(resource: Resource): Promise<void> {
  await resource.annotate({ 'somebody/looks': String(Math.random()) });
}

async function serves(resource: Resource): Promise<void> {
  await eventually(async () => expect(await resource.condition('TablesReady')).toMatch(/^True/));
}

async function refused(resource: Resource, says: RegExp): Promise<void> {
  // Until the other one has written its claim, the table says nothing.
  await eventually(async () => {
    await lookAgain(resource);
    expect(await resource.condition('TablesReady')).toMatch(/^False\/OwnedByOther: /);
    expect(await resource.condition('TablesReady')).toMatch(says);
  });
  expect(await resource.condition('Stalled')).toMatch(/^True\/OwnedByOther/);
}

function claimedBy({ name, versionTable }: Resource) {
  return expect.objectContaining({
    versionTable: { S: versionTable },
    owner: { M: expect.objectContaining({ namespace: { S: 'default' }, name: { S: name } }) },
  });
}

describe('two resources with one repository table', () => {
  test('applied at once, one has it, and the other is told whose it is and what to do', async () => {
    const both = ['a', 'b'].map((name) =>
      resourceIn(cluster, `race-${name}`, { repositoryTable: 'race-shared', deletionPolicy: 'Delete' }),
    );
    await Promise.all(both.map((each) => each.apply()));
    const ready = await eventually(async () => {
      const conditions = await Promise.all(both.map((each) => each.condition('TablesReady')));
      expect(conditions.map((it) => it?.split(':')[0]).sort()).toEqual(['False/OwnedByOther', 'True/Active']);
      return conditions;
    });
    const [owner, other] = ready[0]?.startsWith('True') ? both : both.toReversed();
    if (!owner || !other) throw new Error('there are not two');
    expect(await claimOf(owner)).toEqual(claimedBy(owner));
    await refused(
      other,
      new RegExp(
        `table race-shared belongs to RegistryIndex default/${owner.name} of .* choose another repositoryTable`,
      ),
    );
    expect(await other.children(JOB)).toEqual([]);

    const before = await idOf(owner);
    await other.remove();
    await gone(other);
    expect(await cluster.dynamodb.describe(other.versionTable)).toBeUndefined();
    expect(await idOf(owner)).toEqual(before);
    expect(await claimOf(owner)).toEqual(claimedBy(owner));
    await fill(cluster, owner);

    await other.apply();
    await refused(other, /belongs to RegistryIndex/);
    await owner.remove();
    await gone(owner);
    await eventually(async () => {
      await lookAgain(other);
      expect(await claimOf(other)).toEqual(claimedBy(other));
    });
    await serves(other);
  });

  test('the one that comes later makes nothing, and deleted leaves everything', async () => {
    const owner = resourceIn(cluster, 'first');
    await owner.apply();
    await fill(cluster, owner);
    const late = resourceIn(cluster, 'late', { repositoryTable: 'first-repository', deletionPolicy: 'Delete' });
    const before = await cluster.dynamodb.snapshot(owner.repositoryTable);
    await late.apply();
    await refused(late, /belongs to RegistryIndex default\/first .* with version table first-version/);
    expect(await cluster.dynamodb.describe(late.versionTable)).toBeUndefined();
    for (const type of [JOB, DEPLOYMENT]) expect(await late.children(type)).toEqual([]);
    await late.remove();
    await gone(late);
    expect(await cluster.dynamodb.snapshot(owner.repositoryTable)).toEqual(before);
    await serves(owner);
  });

  test('of which an operator of before made both owners: one keeps it, and the other uses it no longer', async () => {
    const owner = resourceIn(cluster, 'before-a', { deletionPolicy: 'Delete' });
    await owner.apply();
    await fill(cluster, owner);
    await operator.stop();
    // As they were: two ownership records that know one table, which says nothing.
    const shared = resourceIn(cluster, 'before-b', {
      repositoryTable: owner.repositoryTable,
      deletionPolicy: 'Delete',
    });
    const ownership = await ownershipRecordOf(owner);
    if (!ownership) throw new Error('there is no ownership record');
    await cluster.dynamodb.create(shared.versionTable, 'version N');
    const theirs = { M: { ...ownership.owner?.M, name: { S: shared.name } } };
    await cluster.dynamodb.put(shared.versionTable, { ...ownership, owner: theirs });
    await cluster.dynamodb.remove(owner.repositoryTable, { name: { S: '#claim' } });
    const before = await idOf(owner);
    await shared.apply();
    operator = await cluster.startOperator('after');
    const winner = await eventually(async () => {
      for (const each of [owner, shared]) await lookAgain(each);
      const conditions = await Promise.all([owner, shared].map((each) => each.condition('TablesReady')));
      expect(conditions.map((it) => it?.split(':')[0]).sort()).toEqual(['False/OwnedByOther', 'True/Active']);
      return conditions[0]?.startsWith('True') ? owner : shared;
    });
    const loser = winner === owner ? shared : owner;
    expect(await claimOf(winner)).toEqual(claimedBy(winner));
    expect(await ownershipRecordOf(loser)).toMatchObject({
      epoch: { N: '2' },
      complete: { BOOL: false },
      intent: { S: 'creating' },
    });
    await loser.remove();
    await gone(loser);
    expect(await idOf(owner)).toEqual(before);
    expect(await claimOf(winner)).toEqual(claimedBy(winner));
  });
});

describe('what a repository table says', () => {
  test('is written at the first pass over one that was made before', async () => {
    const resource = resourceIn(cluster, 'silent');
    await resource.apply();
    await fill(cluster, resource);
    await cluster.dynamodb.remove(resource.repositoryTable, { name: { S: '#claim' } });
    await eventually(async () => expect(await claimOf(resource)).toEqual(claimedBy(resource)));
    expect(await ownershipRecordOf(resource)).toMatchObject({ epoch: { N: '1' }, complete: { BOOL: true } });
    await serves(resource);
  });

  test('does not count when it came from a backup: the table stays, and is made again when it is gone', async () => {
    const resource = resourceIn(cluster, 'restored', { deletionPolicy: 'Delete' });
    await resource.apply();
    await fill(cluster, resource);
    const claim = await claimOf(resource);
    if (!claim) throw new Error('there is no claim');
    await operator.stop();
    await cluster.dynamodb.recreate(resource.repositoryTable);
    await cluster.dynamodb.put(resource.repositoryTable, claim);
    const restored = await cluster.dynamodb.snapshot(resource.repositoryTable);
    operator = await cluster.startOperator('after-backup');
    await refused(resource, /is a copy, such as a restored backup, .* delete it, and it is made and filled again/);
    await lookAgain(resource);
    await refused(resource, /is a copy/);
    expect(await cluster.dynamodb.snapshot(resource.repositoryTable)).toEqual(restored);

    await cluster.dynamodb.drop(resource.repositoryTable);
    await eventually(async () => {
      await lookAgain(resource);
      expect(await resource.condition('TablesReady')).toMatch(/^True/);
    });
    await fill(cluster, resource);
    await resource.remove();
    await gone(resource);
    expect(await cluster.dynamodb.describe(resource.repositoryTable)).toBeUndefined();
  });
});

test('tables of a suspended resource are not taken over, and those of one that is gone are', async () => {
  const owner = resourceIn(cluster, 'sleeper');
  await owner.apply();
  await fill(cluster, owner);
  await owner.change({ suspend: true });
  await eventually(async () => expect(await owner.condition('Reconciling')).toMatch(/^False\/Suspended/));
  const ownership = await ownershipRecordOf(owner);
  const longAgo = { N: String(Date.now() - 2 * DAYS_MS) };
  await cluster.dynamodb.put(owner.versionTable, { ...ownership, ownerSeenAt: longAgo });
  const heir = resourceIn(cluster, 'heir', { database: 'sleeper', adoptionPolicy: 'IfOwnerGone' });
  await heir.apply();
  await refused(heir, /RegistryIndex default\/sleeper .* it is a resource of this cluster, suspended or not/);
  expect(await claimOf(owner)).toEqual(claimedBy(owner));

  await owner.remove();
  await gone(owner);
  await eventually(async () => {
    await lookAgain(heir);
    expect(await claimOf(heir)).toEqual(claimedBy(heir));
  });
  await serves(heir);
  expect(await ownershipRecordOf(heir)).toMatchObject({ epoch: { N: '1' }, complete: { BOOL: true } });
});
