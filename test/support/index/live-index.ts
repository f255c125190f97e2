import { DeleteItemCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { type IndexLocation, SETTINGS_VARIABLE } from '../../../src/api/settings.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import type { Meter } from '../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { OwnershipRecord } from '../../../src/dynamodb/state/ownership.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { makeTables } from './embedded-service.ts';
import { ownershipRecordOf } from './index-records.ts';

/** An index on a real DynamoDB, written by hand where an operator and a backfill would. */
export interface LiveIndex {
  readonly index: Index;
  /** The tables, and who may write them by other means. */
  readonly location: IndexLocation & { readonly credentials: AccessKeys };
  /** Says where it is to a process of its own. */
  readonly env: NodeJS.ProcessEnv;
  /** Opens it once more, to count what is asked of it. */
  open(meter: Meter): Index;
  /** Makes both tables, empty. */
  makeTables(): Promise<void>;
  /** Writes the ownership record, over whatever is there. */
  mark(fields: Partial<OwnershipRecord>): Promise<void>;
  /** Writes records of one epoch, as new. */
  put(epoch: number, records: readonly RepositoryRecord[]): Promise<void>;
  /** Turns a record into a tombstone. */
  remove(name: string): Promise<void>;
  /** Writes a record over its tombstone. */
  restore(record: RepositoryRecord): Promise<void>;
  /** Takes an item away without a trace, as an expired tombstone goes. */
  expire(name: string): Promise<void>;
  /** Deletes both tables behind everybody's back. */
  dropTables(): Promise<void>;
  stop(): Promise<void>;
}

const TIMEOUT_MS = 120_000;
const FEED_SHARDS = 4;

/** Starts a DynamoDB of its own. */
export async function startLiveIndex(): Promise<LiveIndex> {
  const service = await startDynamoDbLocal();
  const location = locationAt(service);
  const client = createDynamoClient({ ...location, credentials: service });
  const index = openIndex({ location, credentials: service });
  const records = index.records(FEED_SHARDS);
  const signal = () => AbortSignal.timeout(TIMEOUT_MS);

  return {
    index,
    location: { ...location, credentials: service },
    env: {
      [SETTINGS_VARIABLE]: JSON.stringify({ index: location }),
      AWS_ACCESS_KEY_ID: service.accessKeyId,
      AWS_SECRET_ACCESS_KEY: service.secretAccessKey,
    },
    open: (meter) => openIndex({ location, credentials: service, meter }),
    makeTables: () => makeTables(index, signal()),
    async mark(fields) {
      const seen = await index.ownership.read(signal());
      const before = seen.kind === 'ours' ? seen.ownership : undefined;
      const next: OwnershipRecord = { ...(before ?? firstOwnership()), ...fields };
      await (before ? index.ownership.update(before, next, signal()) : index.ownership.create(next, signal()));
    },
    async put(epoch, all) {
      const writes = all.map((record) => ({ record, epoch, fingerprint: 'f', listedAtMs: Date.now() }));
      for (const write of writes) await records.create(write, signal());
    },
    async remove(name) {
      const seen = await records.read(name, signal());
      if (seen) await records.remove(seen, { ...seen, listedAtMs: Date.now() }, signal());
    },
    async restore(record) {
      const seen = await records.read(record.name, signal());
      if (seen) await records.replace({ ...seen, record, listedAtMs: Date.now() }, seen, signal());
    },
    async expire(name) {
      await client.send(new DeleteItemCommand({ TableName: location.repositoryTable, Key: { name: { S: name } } }));
    },
    async dropTables() {
      for (const TableName of [location.versionTable, location.repositoryTable]) {
        await client.send(new DeleteTableCommand({ TableName }));
      }
    },
    async stop() {
      client.destroy();
      index.close();
      await service.stop();
    },
  };
}

function locationAt({ region, endpoint }: DynamoDbLocal) {
  return { repositoryTable: 'test-repository', versionTable: 'test-version', region, endpoint };
}

function firstOwnership(): OwnershipRecord {
  return { ...ownershipRecordOf(1), repositoryTable: 'table-1', intent: 'none', feedShards: FEED_SHARDS };
}
