import { DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDbLocal } from '../../env/dynamodb-local.ts';

/** The tables as a peer sees them: the bare AWS SDK, and none of our own code. */
export interface Tables {
  list(prefix: string): Promise<string[]>;
  remove(name: string): Promise<void>;
  close(): void;
}

export function tablesOf({ endpoint, region, accessKeyId, secretAccessKey }: DynamoDbLocal): Tables {
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  return {
    async list(prefix) {
      const { TableNames = [] } = await client.send(new ListTablesCommand({}));
      return TableNames.filter((name) => name.startsWith(prefix)).sort();
    },
    async remove(TableName) {
      await client.send(new DeleteTableCommand({ TableName }));
    },
    close: () => client.destroy(),
  };
}
