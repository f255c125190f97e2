import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { driftOf } from '../../../../src/dynamodb/tables/drift.ts';
import type { TableFacts } from '../../../../src/dynamodb/tables/table-facts.ts';
import { updateTableInput } from '../../../../src/dynamodb/tables/table-requests.ts';
import type { TableSettings } from '../../../../src/dynamodb/tables/tables.ts';
import { unmanaged } from '../../../support/index/embedded-service.ts';

const onDemand: TableDescription = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } };
const units = (read: number, write: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});
const provisioned: TableDescription = {
  ...units(5, 6),
  GlobalSecondaryIndexes: [{ IndexName: 'feed', ...units(5, 6) }],
};
const five: TableSettings['billing'] = { mode: 'Provisioned', readUnits: 5, writeUnits: 6 };
const atMost: TableSettings['billing'] = { mode: 'OnDemand', maximum: { readUnits: 10, writeUnits: 20 } };
const maximum = (read: number, write: number) => ({
  OnDemandThroughput: { MaxReadRequestUnits: read, MaxWriteRequestUnits: write },
});
const limited = (read: number, write: number): TableDescription => ({
  ...onDemand,
  ...maximum(read, write),
  GlobalSecondaryIndexes: [{ IndexName: 'feed', ...maximum(read, write) }],
});
const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const encrypted: TableDescription = { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: keyArn } };

const settled: TableFacts = { table: onDemand, tags: {}, pointInTimeRecovery: false, timeToLive: true };

function drift(settings: Partial<TableSettings>, facts: Partial<TableFacts> = {}) {
  return driftOf('repository', { ...unmanaged, ...settings }, { ...settled, ...facts });
}

describe('drift', () => {
  test('is nothing where nothing is managed, whatever the table is', () => {
    const table = { ...provisioned, ...encrypted, DeletionProtectionEnabled: true };
    expect(drift({}, { table, tags: { team: 'a' }, pointInTimeRecovery: true })).toEqual([]);
  });

  test.each<[string, TableSettings['billing'], TableDescription, boolean]>([
    ['on demand as wanted', { mode: 'OnDemand' }, onDemand, false],
    ['provisioned instead of on demand', { mode: 'OnDemand' }, provisioned, true],
    ['on demand instead of provisioned', five, onDemand, true],
    ['the maximum wanted', atMost, limited(10, 20), false],
    ['no maximum', atMost, onDemand, true],
    ['another maximum', atMost, limited(10, 21), true],
    [
      'another maximum of the index',
      atMost,
      { ...limited(10, 20), GlobalSecondaryIndexes: [{ IndexName: 'feed' }] },
      true,
    ],
    ['a maximum that is not managed', { mode: 'OnDemand', maximum: { readUnits: 10 } }, limited(10, 99), false],
    ['the units wanted', five, provisioned, false],
    ['other units', five, { ...provisioned, ...units(5, 7) }, true],
    ['other units of the index', five, { ...provisioned, GlobalSecondaryIndexes: [units(1, 6)] }, true],
  ])('of billing: %s', (_, billing, table, differs) => {
    expect(drift({ billing }, { table })).toEqual(differs ? ['billing'] : []);
  });

  test.each<[boolean, boolean | undefined, boolean]>([
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [false, false, false],
    [true, undefined, false],
  ])('of deletion protection: wanted %s, told %s', (deletionProtection, present, differs) => {
    const table = { ...onDemand, ...(present === undefined ? {} : { DeletionProtectionEnabled: present }) };
    expect(drift({ deletionProtection }, { table })).toEqual(differs ? ['deletionProtection'] : []);
  });

  test.each<[string, string, TableDescription, boolean]>([
    ['its ARN', keyArn, encrypted, false],
    ['its id', '1234abcd', encrypted, false],
    ['an alias', 'alias/registry', encrypted, false],
    ['the ARN of an alias', 'arn:aws:kms:eu-west-1:111122223333:alias/registry', encrypted, false],
    ['another id', 'abcd', encrypted, true],
    ['an id where no key is set', '1234abcd', onDemand, true],
    ['an alias where no key is set', 'alias/registry', onDemand, true],
  ])('of the key given by %s', (_, kmsKey, table, differs) => {
    expect(drift({ kmsKey }, { table })).toEqual(differs ? ['kmsKey'] : []);
  });

  test.each<[string, TableFacts['tags'], boolean]>([
    ['all are there, and others', { team: 'a', other: 'x' }, false],
    ['one has another value', { team: 'b' }, true],
    ['one is missing among others', { other: 'x' }, true],
    ['none is told', {}, false],
    ['the service keeps none', 'unsupported', false],
    ['nobody may ask', 'denied', false],
  ])('of tags: %s', (_, tags, differs) => {
    expect(drift({ tags: { team: 'a' } }, { tags })).toEqual(differs ? ['tags'] : []);
  });

  test.each<[boolean, TableFacts['pointInTimeRecovery'], boolean]>([
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [false, false, false],
    [true, 'unknown', true],
    [false, 'unknown', false],
  ])('of point-in-time recovery: wanted %s, told %s', (pointInTimeRecovery, present, differs) => {
    const found = drift({ pointInTimeRecovery }, { pointInTimeRecovery: present });
    expect(found).toEqual(differs ? ['pointInTimeRecovery'] : []);
  });

  test('of expiry: only of the repository table, which alone has tombstones', () => {
    expect(drift({}, { timeToLive: false })).toEqual(['timeToLive']);
    expect(drift({}, { timeToLive: 'unknown' })).toEqual(['timeToLive']);
    expect(driftOf('version', unmanaged, { ...settled, timeToLive: false })).toEqual([]);
  });
});

describe('a change of billing', () => {
  const request = (billing: TableSettings['billing'], table: TableDescription) =>
    updateTableInput('billing', { ...unmanaged, billing }, table);

  test('to provisioned gives units to the index too', () => {
    const table = { ...onDemand, GlobalSecondaryIndexes: [{ IndexName: 'feed', ...units(0, 0) }] };
    expect(request(five, table)).toEqual({
      BillingMode: 'PROVISIONED',
      ...units(5, 6),
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'feed', ...units(5, 6) } }],
    });
  });

  test('says nothing of what is right already', () => {
    expect(request(five, { ...provisioned, ...units(1, 1) })).toEqual(units(5, 6));
    const indexOff = { ...provisioned, GlobalSecondaryIndexes: [{ IndexName: 'feed', ...units(1, 1) }] };
    expect(request(five, indexOff)).toEqual({
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'feed', ...units(5, 6) } }],
    });
  });

  test('is none when it was made meanwhile', () => {
    expect(request(five, provisioned)).toBeUndefined();
    expect(request({ mode: 'OnDemand' }, onDemand)).toBeUndefined();
  });
});
