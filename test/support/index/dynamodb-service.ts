import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IndexLocation } from '../../../src/api/settings.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import { openEmbeddedDynamoDb } from '../../../src/standalone/embedded/dynamodb.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { serveDynamoDb } from './serve-dynamodb.ts';
import { unmanagedTables } from './unmanaged-tables.ts';

export interface IndexService {
  readonly location: IndexLocation;
  readonly index: Index;
  /** The bare SDK: how a peer sees the tables. */
  readonly peer: DynamoDBClient;
  /** The same service, seen with other names of tables; closed with it. */
  open(location: IndexLocation): Index;
  stop(): Promise<void>;
}

export const unmanaged = unmanagedTables('it-version');

type DynamoDb = Pick<DynamoDbLocal, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'stop'>;

async function startEmbedded(): Promise<DynamoDb> {
  const dynamodb = openEmbeddedDynamoDb();
  const { endpoint, stop } = await serveDynamoDb(dynamodb);
  return { endpoint, region: 'eu-west-1', accessKeyId: 'test', secretAccessKey: 'test-secret', stop };
}

/** What has to do the same, as far as this program asks for it. */
export const DYNAMODBS = [
  ['DynamoDB Local', startDynamoDbLocal],
  ['the embedded DynamoDB', startEmbedded],
] as const;

/** A DynamoDB without tables, an index that is to be made there, and somebody else's client. */
export async function startIndexService(start: () => Promise<DynamoDb> = startDynamoDbLocal): Promise<IndexService> {
  const { endpoint, region, accessKeyId, secretAccessKey, stop } = await start();
  const credentials = { accessKeyId, secretAccessKey };
  const location = { repositoryTable: 'it-repository', versionTable: 'it-version', region, endpoint };
  const opened: Index[] = [];
  const open = (at: IndexLocation) => {
    const index = openIndex({ location: at, credentials });
    opened.push(index);
    return index;
  };
  const index = open(location);
  const peer = new DynamoDBClient({ region, endpoint, credentials });
  return {
    location,
    index,
    peer,
    open,
    async stop() {
      for (const each of opened) each.close();
      peer.destroy();
      await stop();
    },
  };
}
