import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  ScanCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';

type Item = Record<string, AttributeValue>;

/** A real DynamoDB as a peer sees it: the bare SDK, none of our own code. */
export interface DynamoDb extends DynamoDbLocal {
  /** undefined when there is no such table. */
  describe(table: string): Promise<TableDescription | undefined>;
  /** A table of somebody else, its key as `name S` or `version N`. */
  create(table: string, key: `${string} ${'S' | 'N'}`): Promise<void>;
  put(table: string, item: Item): Promise<void>;
  get(table: string, key: Item): Promise<Item | undefined>;
  remove(table: string, key: Item): Promise<void>;
  drop(table: string): Promise<void>;
  /** Another table of the same name and keys, with nothing in it. */
  recreate(table: string): Promise<void>;
  /** A table with everything in it, as text: two are equal when nobody has touched it in between. */
  snapshot(table: string): Promise<string>;
}

export async function startDynamoDb(): Promise<DynamoDb> {
  const service = await startDynamoDbLocal();
  const client = new DynamoDBClient({ ...service, credentials: service });

  async function describe(TableName: string): Promise<TableDescription | undefined> {
    try {
      return (await client.send(new DescribeTableCommand({ TableName }))).Table;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return {
    ...service,
    describe,
    async create(TableName, key) {
      const [AttributeName, type] = key.split(' ');
      await client.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName, AttributeType: type === 'N' ? 'N' : 'S' }],
          KeySchema: [{ AttributeName, KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    },
    put: async (TableName, Item) => void (await client.send(new PutItemCommand({ TableName, Item }))),
    get: async (TableName, Key) =>
      (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item,
    remove: async (TableName, Key) => void (await client.send(new DeleteItemCommand({ TableName, Key }))),
    async recreate(TableName) {
      const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = (await describe(TableName)) ?? {};
      await client.send(new DeleteTableCommand({ TableName }));
      const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => {
        return { IndexName, KeySchema: keys, Projection };
      });
      const schema = { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes: indexes };
      await client.send(new CreateTableCommand({ TableName, ...schema, BillingMode: 'PAY_PER_REQUEST' }));
    },
    drop: async (TableName) => void (await client.send(new DeleteTableCommand({ TableName }))),
    async snapshot(TableName) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      const { ItemCount, TableSizeBytes, ...table } = (await describe(TableName)) ?? {};
      return JSON.stringify([table, Items.map((item) => JSON.stringify(item)).sort()]);
    },
    async stop() {
      client.destroy();
      await service.stop();
    },
  };
}
