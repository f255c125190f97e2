import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { TableRole } from './tables.ts';

/** All records by shard and time of change. Keys only: a replica reads the record itself consistently. */
export const FEED_INDEX = 'feed';
/** Seconds since 1970 after which DynamoDB may remove a tombstone. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

interface TableSchema {
  readonly attributes: readonly AttributeDefinition[];
  readonly keys: readonly KeySchemaElement[];
  readonly indexes: readonly GlobalSecondaryIndex[];
}

/** The key schemas are those of the original module; the feed index is ours. */
export const SCHEMAS: Readonly<Record<TableRole, TableSchema>> = {
  repository: {
    attributes: [
      { AttributeName: 'name', AttributeType: 'S' },
      { AttributeName: 'feed', AttributeType: 'N' },
      { AttributeName: 'changedAt', AttributeType: 'N' },
    ],
    keys: [{ AttributeName: 'name', KeyType: 'HASH' }],
    indexes: [
      {
        IndexName: FEED_INDEX,
        KeySchema: [
          { AttributeName: 'feed', KeyType: 'HASH' },
          { AttributeName: 'changedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  },
  version: {
    attributes: [{ AttributeName: 'version', AttributeType: 'N' }],
    keys: [{ AttributeName: 'version', KeyType: 'HASH' }],
    indexes: [],
  },
};

/** Whether a table has exactly our keys and indexes. */
export function schemaFits(role: TableRole, table: TableDescription): boolean {
  const { attributes, keys, indexes } = SCHEMAS[role];
  const ours = { AttributeDefinitions: [...attributes], KeySchema: [...keys], GlobalSecondaryIndexes: [...indexes] };
  return isDeepStrictEqual(shapeOf(table), shapeOf(ours));
}

/** The shard of the feed that a repository's changes are written to: 0 to `shards` - 1. */
export function feedShardOf(name: string, shards: number): number {
  return crc32(name) % shards;
}

/** The parts of a table that cannot be changed later, sorted, without what a service adds. */
function shapeOf(table: TableDescription) {
  return {
    attributes: (table.AttributeDefinitions ?? []).map((it) => `${it.AttributeName} ${it.AttributeType}`).sort(),
    keys: keysOf(table.KeySchema),
    globalIndexes: (table.GlobalSecondaryIndexes ?? []).map((it) => ({
      name: it.IndexName,
      keys: keysOf(it.KeySchema),
      projection: it.Projection?.ProjectionType,
    })),
    localIndexes: table.LocalSecondaryIndexes?.length ?? 0,
  };
}

function keysOf(schema: readonly KeySchemaElement[] = []): string[] {
  return schema.map((it) => `${it.AttributeName} ${it.KeyType}`);
}
