import { describe, expect, test } from '@jest/globals';
import { createTableInput, updateTableInput } from '../../../../src/dynamodb/tables/table-requests.ts';
import { unmanaged } from '../../../support/index/embedded-service.ts';

const warmThroughput = { readUnits: 12_000, writeUnits: 40_000 };
const settings = { ...unmanaged, billing: { mode: 'OnDemand', warmThroughput } } as const;
const warm = { WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 40_000 } };

describe('a table that is made warm', () => {
  test('is the one that is loaded, with its index', () => {
    const input = createTableInput('repository', 't', settings);
    expect(input).toMatchObject({ BillingMode: 'PAY_PER_REQUEST', ...warm });
    expect(input.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'feed', ...warm }]);
  });

  test('is not the one of progress, nor any where nothing is said', () => {
    expect(createTableInput('version', 't', settings)).not.toHaveProperty('WarmThroughput');
    expect(createTableInput('repository', 't', unmanaged)).not.toHaveProperty('WarmThroughput');
  });
});

describe('a maximum on demand', () => {
  const maximum = { readUnits: 10, writeUnits: 20 };
  const braked = { ...unmanaged, billing: { mode: 'OnDemand', maximum } } as const;
  const units = { OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 } };
  const onDemand = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } as const;

  test('is of both tables from the start, and of the index', () => {
    expect(createTableInput('repository', 't', braked)).toMatchObject({
      ...units,
      GlobalSecondaryIndexes: [{ IndexName: 'feed', ...units }],
    });
    expect(createTableInput('version', 't', braked)).toMatchObject(units);
    expect(createTableInput('version', 't', unmanaged)).not.toHaveProperty('OnDemandThroughput');
  });

  test('is set later where it differs, and nowhere else', () => {
    const feed = { IndexName: 'feed' };
    expect(updateTableInput('billing', braked, { ...onDemand, GlobalSecondaryIndexes: [feed] })).toEqual({
      ...units,
      GlobalSecondaryIndexUpdates: [{ Update: { ...feed, ...units } }],
    });
    const settled = { ...onDemand, ...units, GlobalSecondaryIndexes: [{ ...feed, ...units }] };
    expect(updateTableInput('billing', braked, settled)).toBeUndefined();
    expect(updateTableInput('billing', braked, { ...settled, GlobalSecondaryIndexes: [feed] })).toEqual({
      GlobalSecondaryIndexUpdates: [{ Update: { ...feed, ...units } }],
    });
  });

  test('may be of writes alone', () => {
    const writes = { ...unmanaged, billing: { mode: 'OnDemand', maximum: { writeUnits: 20 } } } as const;
    expect(createTableInput('version', 't', writes)).toMatchObject({
      OnDemandThroughput: { MaxWriteRequestUnits: 20 },
    });
  });
});
