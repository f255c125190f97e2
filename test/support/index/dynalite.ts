import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import '../native-errors.ts';
import type { IndexLocation } from '../../../src/api/settings.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { TableSettings } from '../../../src/dynamodb/tables/tables.ts';
import { listen } from '../network/listen.ts';

interface DynaliteOptions {
  readonly createTableMs: number;
  readonly updateTableMs: number;
  readonly deleteTableMs: number;
}

/** dynalite has no types of its own. */
const dynalite: (options: DynaliteOptions) => Server = createRequire(import.meta.url)('dynalite');

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };

export const unmanaged: TableSettings = {
  billing: undefined,
  pointInTimeRecovery: undefined,
  deletionProtection: undefined,
  kmsKey: undefined,
  tags: {},
  claim: { owner: { cluster: 'c-1', namespace: 'registries', name: 'main' }, versionTable: 'test-version' },
};

export interface TestService {
  readonly location: IndexLocation;
  stop(): Promise<void>;
}

/** A DynamoDB in this process that keeps its data in memory; tables change their state at once. */
export async function startDynalite(): Promise<TestService> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  // Where the machine is busy for longer than the five seconds that are the default, requests meet a closed connection.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  const location = {
    repositoryTable: 'test-repository',
    versionTable: 'test-version',
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
  };
  return { location, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Both tables, made and active. */
export async function makeTables(index: Index, signal: AbortSignal): Promise<void> {
  const tables = index.tables(unmanaged);
  for (const role of ['repository', 'version'] as const) {
    await tables.create(role, signal);
    await untilActive(() => tables.describe(role, signal), signal);
  }
}

/** An index with empty tables on a service of its own. */
export async function startIndex(now?: () => number) {
  const service = await startDynalite();
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
