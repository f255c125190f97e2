import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../src/dynamodb/open.ts';
import type { OwnershipRecord } from '../../../src/dynamodb/state/ownership.ts';
import type { TableSettings } from '../../../src/dynamodb/tables/tables.ts';
import { PERMISSIONS, type Process } from '../../../src/iam/permissions.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { layOutSample } from '../../../src/standalone/sample/lay-out.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { collect } from '../../support/collect.ts';
import { credentials, startIndex, unmanaged } from '../../support/index/embedded-service.ts';
import { manyTags, ownershipRecordOf, recordOf } from '../../support/index/index-records.ts';
import { type FlakyProxy, startFlakyProxy } from '../../support/network/flaky-proxy.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const log = createLogger({ level: 'silent' });
let started: Awaited<ReturnType<typeof startIndex>>;
let proxy: FlakyProxy;
/** What is done by this is seen by the proxy. */
let index: Index;

beforeEach(async () => {
  started = await startIndex();
  proxy = await startFlakyProxy(started.location.endpoint ?? '');
  index = openIndex({ location: { ...started.location, endpoint: proxy.endpoint }, credentials });
});

afterEach(async () => {
  index.close();
  await proxy.stop();
  await started.stop();
});

/** The rights on tables that the policies of some processes give. */
function rightsGiven(...processes: readonly Process[]): string[] {
  const actions = processes.flatMap((process) => PERMISSIONS[process].flatMap((permission) => permission.actions));
  const rights = actions.filter((action) => action.startsWith(PREFIX)).map((action) => action.slice(PREFIX.length));
  return [...new Set(rights)].sort();
}

const PREFIX = 'dynamodb:';

function rightsUsed(): string[] {
  return [...proxy.operations].map((name) => (name === 'BatchExecuteStatement' ? 'PartiQLInsert' : name)).sort();
}

async function advance(seen: OwnershipRecord, changes: Partial<OwnershipRecord>): Promise<OwnershipRecord> {
  const next = { ...seen, ...changes };
  await started.index.ownership.update(seen, next, signal);
  return next;
}

test('the operator uses the rights of its policies, and no others', async () => {
  const settings: TableSettings = {
    billing: { mode: 'OnDemand' },
    pointInTimeRecovery: true,
    deletionProtection: true,
    kmsKey: undefined,
    tags: { owner: 'me' },
    claim: unmanaged.claim,
  };
  const tables = index.tables(settings);
  expect(await index.ownership.readToClaim(signal)).toEqual({ kind: 'none' });
  await index.ownership.create(ownershipRecordOf(1), signal);
  await index.ranges.readPlan(1, signal);
  await index.resyncs.read(signal);
  const described = {
    version: await tables.describe('version', signal),
    repository: await tables.describe('repository', signal),
  };
  const claims = index.claims(settings.claim);
  expect(await claims.read(described, signal)).toEqual({ kind: 'none', place: 'item', free: true, tagsHidden: false });
  for (const change of ['deletionProtection', 'tags', 'pointInTimeRecovery', 'timeToLive'] as const)
    await tables.change('repository', change, signal).catch(() => undefined);
  await tables.remove('repository', signal);
  await tables.create('repository', signal);
  expect(rightsUsed()).toEqual(rightsGiven('operator', 'operator-delete'));
});

test('backfill and resync use the rights of their policy, and no others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rights-'));
  const path = await layOutSample(join(folder, 'sample'));
  const source: Source = { kind: 'directory', path, rootDirectory: '', layout: 'V2' };
  const means = { index, source, credentials: undefined, concurrency: 8, log };
  const first = { ...ownershipRecordOf(1), source: sourceIdentity(source) };
  await started.index.ownership.create(first, signal);
  const worker = { index: 0, count: 1 };
  expect(await runWorker({ ...means, ownership: first, worker }, signal)).toMatchObject({ outcome: 'complete' });

  await rm(join(path, 'docker/registry/v2/repositories/base'), { recursive: true });
  const second = await advance(first, { epoch: 2 });
  expect(await runWorker({ ...means, ownership: second, worker }, signal)).toMatchObject({ outcome: 'complete' });
  const filled = await advance(second, { complete: true });
  const resync = { ...means, ownership: filled, meter: createMeter(), confirmation: undefined };
  const end = await runResyncWorker(resync, signal);
  await rm(folder, { recursive: true });

  expect(end).toMatchObject({ outcome: 'ended', report: { swept: expect.any(Number), failure: undefined } });
  expect(rightsUsed()).toEqual(rightsGiven('backfill'));
});

test('search uses the rights of its policy, and no others, also before a claim and where a chunk is missing', async () => {
  expect(await index.ownership.read(signal)).toEqual({ kind: 'none' });
  await started.index.ownership.create(ownershipRecordOf(1), signal);
  const record = { ...recordOf('team/large'), tags: manyTags(3_000) };
  await started.index.records(8).create({ record, epoch: 1, fingerprint: 'f', listedAtMs: 1 }, signal);
  await removeOneChunk();

  expect(await index.ownership.read(signal)).toMatchObject({ kind: 'ours' });
  await index.ranges.readPlan(1, signal);
  const loaded = (await collect(index.records(8).scan(1, signal))).flat();
  expect(loaded.map(({ record: { name } }) => name)).toEqual(['team/large']);
  expect(await index.records(8).readAll(['team/large'], signal)).toHaveLength(1);
  const feed = index.feed(8);
  for (let shard = 0; shard < 8; shard += 1) await collect(feed.changes(shard, 0, signal));
  expect(rightsUsed()).toEqual(rightsGiven('search'));
});

async function removeOneChunk(): Promise<void> {
  const { repositoryTable: TableName, ...place } = started.location;
  const client = DynamoDBDocumentClient.from(createDynamoClient({ ...place, credentials }));
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const chunk = Items.find(({ name }) => String(name).includes('#'));
  if (!chunk) throw new Error('there is no chunk');
  await client.send(new DeleteCommand({ TableName, Key: { name: chunk.name } }));
  client.destroy();
}
