import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, type DynamoClients } from '../../../../src/dynamodb/clients.ts';
import { createDocumentClient } from '../../../../src/dynamodb/items/document-client.ts';
import { accessTable } from '../../../../src/dynamodb/items/table-access.ts';
import { createRecordStore, type RecordStore } from '../../../../src/dynamodb/records/record-store.ts';
import type { RecordWrite } from '../../../../src/dynamodb/records/record-write.ts';
import { credentials, startIndex } from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(30 * 60_000);
let started: Awaited<ReturnType<typeof startIndex>>;
let clients: DynamoClients;
let store: RecordStore;
/** Units that writes have asked for, in their order. */
let spent: number[] = [];

beforeAll(async () => {
  started = await startIndex();
  const { region, endpoint, repositoryTable: table } = started.location;
  clients = connect({ region, endpoint, credentials });
  const client = createDocumentClient(clients.items);
  const spend = async (units: number) => void spent.push(units);
  store = createRecordStore({ ...accessTable({ client, table, at: 'here' }), feedShards: 4, now: Date.now, spend });
});

afterAll(async () => {
  clients.close();
  await started.stop();
});

const writeOf = (name: string, epoch: number, summary?: string): RecordWrite => ({
  record: { ...recordOf(name), summary },
  epoch,
  fingerprint: 'f',
  listedAtMs: 1,
});

async function unitsOf(write: () => Promise<unknown>): Promise<number[]> {
  spent = [];
  expect(await write()).toBe('written');
  return spent;
}

test('a first write waits for the units of its size', async () => {
  expect(await unitsOf(() => store.create(writeOf('small', 1), signal))).toEqual([1]);
  expect(await unitsOf(() => store.create(writeOf('large', 1, 'x'.repeat(3_000)), signal))).toEqual([4]);
});

test('a write that moves an entry of the feed waits for the two units that this takes', async () => {
  await store.create(writeOf('moved', 1), signal);
  const seen = await store.read('moved', signal);
  if (!seen) throw new Error('it is not there');
  expect(await unitsOf(() => store.replace(writeOf('moved', 1), seen, signal))).toEqual([2]);
  expect(await unitsOf(() => store.create(writeOf('moved', 2), signal))).toEqual([2]);
});
