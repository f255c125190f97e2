import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TableRole, TableSettings } from '../../../src/dynamodb/tables/tables.ts';
import { type IndexService, startIndexService, unmanaged } from '../../support/index/dynamodb-service.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const ROLES: readonly TableRole[] = ['repository', 'version'];
let service: IndexService;

beforeAll(async () => {
  service = await startIndexService();
});

afterAll(() => service.stop());

const settings: TableSettings = {
  ...unmanaged,
  pointInTimeRecovery: true,
  deletionProtection: true,
  tags: { 'registryindex.dev/name': 'main' },
};

async function tableBySdk(TableName: string) {
  return (await service.peer.send(new DescribeTableCommand({ TableName }))).Table;
}

describe('tables on DynamoDB Local', () => {
  test('go from nothing to what is wanted, one change at a time, and then have no drift', async () => {
    const tables = service.index.tables(settings);
    for (const role of ROLES) await tables.create(role, signal);
    const unsupported: string[] = [];
    for (const role of ROLES) {
      const state = await tables.describe(role, signal);
      if (state.kind === 'missing') throw new Error(`the ${role} table is missing`);
      for (const change of state.drift)
        if ((await tables.change(role, change, signal)) === 'unsupported') unsupported.push(`${role} ${change}`);
    }
    expect(unsupported).toEqual(['repository pointInTimeRecovery', 'version pointInTimeRecovery']);
    for (const role of ROLES)
      expect(await tables.describe(role, signal)).toMatchObject({ schemaFits: true, drift: ['pointInTimeRecovery'] });
  });

  test('are what a peer finds', async () => {
    const table = await tableBySdk('it-repository');
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      DeletionProtectionEnabled: true,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'feed',
          KeySchema: [
            { AttributeName: 'feed', KeyType: 'HASH' },
            { AttributeName: 'changedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const expiry = await service.peer.send(new DescribeTimeToLiveCommand({ TableName: 'it-repository' }));
    expect(expiry.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    expect((await tableBySdk('it-version'))?.KeySchema).toEqual([{ AttributeName: 'version', KeyType: 'HASH' }]);
  });

  test('are brought back when somebody changes them, and left alone when that is not managed', async () => {
    const change = { TableName: 'it-version', DeletionProtectionEnabled: false };
    await service.peer.send(new UpdateTableCommand(change));
    expect(await service.index.tables(unmanaged).describe('version', signal)).toMatchObject({ drift: [] });
    const tables = service.index.tables({ ...unmanaged, deletionProtection: true });
    expect(await tables.describe('version', signal)).toMatchObject({ drift: ['deletionProtection'] });
    expect(await tables.change('version', 'deletionProtection', signal)).toBe('changed');
    expect((await tableBySdk('it-version'))?.DeletionProtectionEnabled).toBe(true);
  });

  test('change to provisioned units with their index and back', async () => {
    const provisioned = service.index.tables({
      ...unmanaged,
      billing: { mode: 'Provisioned', readUnits: 7, writeUnits: 9 },
    });
    expect(await provisioned.describe('repository', signal)).toMatchObject({ drift: ['billing'] });
    await provisioned.change('repository', 'billing', signal);
    expect(await provisioned.describe('repository', signal)).toMatchObject({ drift: [] });
    const units = { ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 9 } };
    expect(await tableBySdk('it-repository')).toMatchObject({ ...units, GlobalSecondaryIndexes: [units] });
    const onDemand = service.index.tables({ ...unmanaged, billing: { mode: 'OnDemand' } });
    await onDemand.change('repository', 'billing', signal);
    expect(await onDemand.describe('repository', signal)).toMatchObject({ drift: [] });
  });

  test('that are protected are not deleted, and the failure says so', async () => {
    const removing = service.index.tables(settings).remove('version', signal);
    await expect(removing).rejects.toMatchObject({ failure: { kind: 'terminal', reason: 'DeletionProtected' } });
    expect((await tableBySdk('it-version'))?.TableStatus).toBe('ACTIVE');
  });

  test('have another identity when somebody makes them anew', async () => {
    const tables = service.index.tables({ ...unmanaged, deletionProtection: false });
    const before = await tables.describe('version', signal);
    await tables.change('version', 'deletionProtection', signal);
    await tables.remove('version', signal);
    expect(await tables.describe('version', signal)).toEqual({ kind: 'missing' });
    await tables.create('version', signal);
    const after = await tables.describe('version', signal);
    expect(before).toMatchObject({ identity: expect.stringMatching(/^created:\d{4}-/) });
    expect(after).toMatchObject({ identity: expect.stringMatching(/^created:\d{4}-/) });
    expect(after).not.toMatchObject({ identity: identityIn(before) });
  });
});

describe('tables of the original module', () => {
  test('have the schema of our version table, and are told apart by their item', async () => {
    const location = { ...service.location, versionTable: 'docker-registry-version' };
    await service.peer.send(
      new CreateTableCommand({
        TableName: location.versionTable,
        KeySchema: [{ AttributeName: 'version', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'version', AttributeType: 'N' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      }),
    );
    const item = { version: { N: '1' } };
    await service.peer.send(new PutItemCommand({ TableName: location.versionTable, Item: item }));
    const legacy = service.open(location);
    expect(await legacy.tables(unmanaged).describe('version', signal)).toMatchObject({ schemaFits: true });
    expect(await legacy.ownership.read(signal)).toEqual({ kind: 'legacy' });
  });
});

function identityIn(state: object): unknown {
  return 'identity' in state ? state.identity : undefined;
}
