import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { createTableControl } from '../../../../src/dynamodb/tables/table-control.ts';
import type { Extent, TableSettings } from '../../../../src/dynamodb/tables/tables.ts';
import {
  credentials,
  makeTables,
  startEmbeddedService,
  type TestService,
  unmanaged,
} from '../../../support/index/embedded-service.ts';

const signal = AbortSignal.timeout(30 * 60_000);
let service: TestService;
let index: Index;

beforeEach(async () => {
  service = await startEmbeddedService();
  index = openIndex({ location: service.location, credentials });
});

afterEach(async () => {
  index.close();
  await service.stop();
});

const everything: TableSettings = {
  billing: { mode: 'OnDemand' },
  pointInTimeRecovery: true,
  deletionProtection: true,
  kmsKey: 'alias/registry',
  tags: { team: 'web' },
  claim: unmanaged.claim,
};

async function describeBySdk(name: string) {
  const { region, endpoint = '' } = service.location;
  const client = new DynamoDBClient({ region, endpoint, credentials });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  client.destroy();
  return Table;
}

describe('tables', () => {
  test('are missing before they are made', async () => {
    expect(await index.tables(unmanaged).describe('repository', signal)).toEqual({ kind: 'missing' });
  });

  test('are made on demand with the keys of our schema', async () => {
    await makeTables(index, signal);
    expect(await index.tables(unmanaged).describe('version', signal)).toEqual({
      kind: 'present',
      status: 'active',
      identity: expect.any(String),
      schemaFits: true,
      drift: [],
      tags: {},
    });
    const table = await describeBySdk('test-repository');
    expect(table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table?.KeySchema).toEqual([{ AttributeName: 'name', KeyType: 'HASH' }]);
    expect(table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['feed']);
  });

  test('are made with provisioned units for table and index', async () => {
    const billing = { mode: 'Provisioned', readUnits: 3, writeUnits: 4 } as const;
    await index.tables({ ...unmanaged, billing }).create('repository', signal);
    const table = await describeBySdk('test-repository');
    const units = { ReadCapacityUnits: 3, WriteCapacityUnits: 4 };
    expect(table?.ProvisionedThroughput).toMatchObject(units);
    expect(table?.GlobalSecondaryIndexes?.[0]?.ProvisionedThroughput).toMatchObject(units);
  });

  test('have another identity when they were made anew', async () => {
    const tables = index.tables(unmanaged);
    await makeTables(index, signal);
    const first = await tables.describe('version', signal);
    await tables.remove('version', signal);
    await tables.remove('repository', signal);
    await untilMissing();
    await makeTables(index, signal);
    const second = await tables.describe('version', signal);
    expect(identityOf(second)).not.toBe(identityOf(first));
  });

  test('have at a brief look the tags that were read last, as long as they are the same tables', async () => {
    const tables = index.tables(unmanaged);
    const tagsOf = async (extent: Extent) => {
      const state = await tables.describe('version', signal, extent);
      return state.kind === 'present' ? state.tags : state.kind;
    };
    await makeTables(index, signal);
    expect(await tagsOf('brief')).toEqual({});
    await index.tables({ ...unmanaged, tags: { team: 'web' } }).change('version', 'tags', signal);
    expect(await tagsOf('brief')).toEqual({});
    expect(await tagsOf('whole')).toMatchObject({ team: 'web' });
    await tables.remove('version', signal);
    await tables.remove('repository', signal);
    await untilMissing();
    expect(await tagsOf('brief')).toBe('missing');
    await makeTables(index, signal);
    expect(await tagsOf('brief')).toEqual({});
  });

  test('that exist are a conflict to make again', async () => {
    await makeTables(index, signal);
    await expect(index.tables(unmanaged).create('version', signal)).rejects.toMatchObject({
      failure: { kind: 'conflict', reason: 'InUse' },
    });
  });

  test('that are gone can be removed once more', async () => {
    await expect(index.tables(unmanaged).remove('version', signal)).resolves.toBeUndefined();
  });

  async function untilMissing(): Promise<void> {
    const tables = index.tables(unmanaged);
    for (const role of ['version', 'repository'] as const)
      while ((await tables.describe(role, signal)).kind !== 'missing') signal.throwIfAborted();
  }
});

describe('on a service that knows little', () => {
  test('what it cannot do is unsupported, not a failure', async () => {
    const tables = index.tables(everything);
    await makeTables(index, signal);
    const state = await tables.describe('repository', signal);
    expect(state).toMatchObject({ drift: ['kmsKey', 'pointInTimeRecovery', 'timeToLive'] });
    for (const change of ['kmsKey', 'pointInTimeRecovery', 'timeToLive', 'deletionProtection'] as const)
      expect([change, await tables.change('repository', change, signal)]).toEqual([change, 'unsupported']);
  });

  test('tags that are not read back are no drift', async () => {
    const tables = index.tables({ ...unmanaged, tags: everything.tags });
    await tables.create('version', signal);
    await tables.change('version', 'tags', signal);
    expect(await tables.describe('version', signal)).toMatchObject({ kind: 'present', drift: [] });
  });

  test('a change of billing takes', async () => {
    await makeTables(index, signal);
    const tables = index.tables({ ...unmanaged, billing: { mode: 'Provisioned', readUnits: 2, writeUnits: 2 } });
    expect(await tables.describe('version', signal)).toMatchObject({ drift: ['billing'] });
    expect(await tables.change('version', 'billing', signal)).toBe('changed');
    for (let state = await tables.describe('version', signal); ; state = await tables.describe('version', signal)) {
      if (state.kind === 'present' && state.status === 'active') {
        expect(state.drift).toEqual([]);
        break;
      }
    }
  });
});

test('a table whose tags and time to live nobody may ask about is described all the same', async () => {
  await makeTables(index, signal);
  const { region, endpoint = '' } = service.location;
  const client = new DynamoDBClient({ region, endpoint, credentials });
  client.middlewareStack.add((next, { commandName = '' }) => (args) => {
    if (/Tags|TimeToLive|ContinuousBackups/.test(commandName))
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    return next(args);
  });
  const tables = createTableControl({ client, once: client, location: service.location, settings: everything });
  expect(await tables.describe('repository', signal)).toMatchObject({ kind: 'present', status: 'active' });
  client.destroy();
});

test('a table that is gone cannot be changed', async () => {
  const changing = index.tables(unmanaged).change('version', 'tags', signal);
  await expect(changing).rejects.toMatchObject({ failure: { kind: 'notFound', reason: 'TableNotFound' } });
});

function identityOf(state: { kind: string; identity?: string }): string | undefined {
  return state.identity;
}
