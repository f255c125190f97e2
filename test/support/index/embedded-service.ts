import '../native-errors.ts';
import type { IndexLocation } from '../../../src/api/settings.ts';
import { retry } from '../../../src/async/retry.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { TableRole } from '../../../src/dynamodb/tables/tables.ts';
import { openEmbeddedDynamoDb } from '../../../src/standalone/embedded/dynamodb.ts';
import { serveDynamoDb } from './serve-dynamodb.ts';
import { unmanagedTables } from './unmanaged-tables.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };

export const unmanaged = unmanagedTables('test-version');

export interface TestService {
  readonly location: IndexLocation;
  stop(): Promise<void>;
}

/** The embedded DynamoDB with its data in memory, over HTTP. */
export async function startEmbeddedService(): Promise<TestService> {
  const dynamodb = openEmbeddedDynamoDb();
  const { endpoint, stop } = await serveDynamoDb(dynamodb);
  const location = { repositoryTable: 'test-repository', versionTable: 'test-version', region: 'eu-west-1', endpoint };
  return {
    location,
    async stop() {
      await stop();
      dynamodb.close();
    },
  };
}

/** A DynamoDB Local that has just started may take longer than a request may; the table is made all the same. */
const CREATING = { baseMs: 100, capMs: 1_000, attempts: 4 };

/** Both tables, made and active. */
export async function makeTables(index: Index, signal: AbortSignal): Promise<void> {
  const tables = index.tables(unmanaged);
  const create = async (role: TableRole) => {
    if ((await tables.describe(role, signal)).kind === 'missing') await tables.create(role, signal);
  };
  for (const role of ['repository', 'version'] as const) {
    await retry(() => create(role), CREATING, signal);
    await untilActive(() => tables.describe(role, signal), signal);
  }
}

/** An index with empty tables on a service of its own. */
export async function startIndex(now?: () => number) {
  const service = await startEmbeddedService();
  const index = openIndex({ location: service.location, credentials, ...(now ? { now } : {}) });
  await makeTables(index, AbortSignal.timeout(120_000));
  const stop = async () => {
    index.close();
    await service.stop();
  };
  return { index, location: service.location, stop };
}

async function untilActive(describe: () => Promise<{ kind: string; status?: string }>, signal: AbortSignal) {
  for (;;) {
    signal.throwIfAborted();
    const state = await describe();
    if (state.kind === 'present' && state.status === 'active') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
