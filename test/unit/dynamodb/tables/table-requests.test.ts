import { describe, expect, test } from '@jest/globals';
import { createTableInput } from '../../../../src/dynamodb/tables/table-requests.ts';
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
