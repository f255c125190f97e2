import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { feedShardOf, schemaFits } from '../../../../src/dynamodb/tables/schema.ts';

const feed = {
  IndexName: 'feed',
  KeySchema: [
    { AttributeName: 'feed', KeyType: 'HASH' as const },
    { AttributeName: 'changedAt', KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
};

/** As DescribeTable answers: attributes in another order, and more besides. */
const repository: TableDescription = {
  TableName: 'docker-registry-repository',
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [
    { AttributeName: 'changedAt', AttributeType: 'N' },
    { AttributeName: 'feed', AttributeType: 'N' },
    { AttributeName: 'name', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [{ ...feed, IndexStatus: 'ACTIVE', ItemCount: 3 }],
};

const version: TableDescription = {
  AttributeDefinitions: [{ AttributeName: 'version', AttributeType: 'N' }],
  KeySchema: [{ AttributeName: 'version', KeyType: 'HASH' }],
};

const legacyRepository: TableDescription = {
  AttributeDefinitions: [
    { AttributeName: 'name', AttributeType: 'S' },
    { AttributeName: 'description', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'DescriptionIndex',
      KeySchema: [{ AttributeName: 'description', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

describe('a schema', () => {
  test('fits when keys and index are ours, whatever else is told', () => {
    expect(schemaFits('repository', repository)).toBe(true);
    expect(schemaFits('version', version)).toBe(true);
  });

  test.each<[string, TableDescription]>([
    ['the version table', version],
    ['that of the original module', legacyRepository],
    ['without the feed', { ...repository, GlobalSecondaryIndexes: [] }],
    ['with one more index', { ...repository, GlobalSecondaryIndexes: [feed, { ...feed, IndexName: 'other' }] }],
    [
      'with a feed of whole items',
      { ...repository, GlobalSecondaryIndexes: [{ ...feed, Projection: { ProjectionType: 'ALL' } }] },
    ],
    [
      'with a feed without times',
      { ...repository, GlobalSecondaryIndexes: [{ ...feed, KeySchema: feed.KeySchema.slice(0, 1) }] },
    ],
    ['with a local index', { ...repository, LocalSecondaryIndexes: [{ IndexName: 'local' }] }],
    [
      'with a range key',
      {
        ...repository,
        KeySchema: [
          { AttributeName: 'name', KeyType: 'HASH' },
          { AttributeName: 'feed', KeyType: 'RANGE' },
        ],
      },
    ],
    ['with a binary name', { ...repository, AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'B' }] }],
    ['of which nothing is told', {}],
  ])('does not fit the repository table: %s', (_, table) => {
    expect(schemaFits('repository', table)).toBe(false);
  });

  test('does not fit the version table when the version is a text', () => {
    const table = { ...version, AttributeDefinitions: [{ AttributeName: 'version', AttributeType: 'S' as const }] };
    expect(schemaFits('version', table)).toBe(false);
  });
});

describe('the shard of a repository', () => {
  test('is one of those there are, always the same, and all are used', () => {
    const shards = Array.from({ length: 1_000 }, (_, i) => feedShardOf(`team/app-${i}`, 8));
    expect(new Set(shards)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(feedShardOf('team/app-1', 8)).toBe(shards[1]);
  });

  // The shard is stored: another hash would leave entries of a repository in two shards.
  test('does not change between versions of this program', () => {
    expect(['library/alpine', 'team/app', 'a'].map((name) => feedShardOf(name, 8))).toEqual([5, 7, 3]);
  });
});
