import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../src/api/settings.ts';
import { createDynamoClient } from '../../../src/aws/clients.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { READER_VERSION, type StoredRecord } from '../../../src/dynamodb/records/record.ts';
import type { ResyncReport } from '../../../src/dynamodb/state/resync-report.ts';
import { runWorker } from '../../../src/indexer/backfill/worker.ts';
import { runResyncWorker } from '../../../src/indexer/resync/worker.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { eachOf } from '../../support/each-of.ts';
import { formerItem } from '../../support/index/former-item.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import {
  type Bucket,
  oddV1Registry,
  oddV2Registry,
  V1_FAULTS,
  V2_FAULTS,
} from '../../support/registry/odd-registry.ts';

const log = createLogger({ level: 'silent' });
const running = new AbortController().signal;
const BUCKETS: Readonly<Record<string, () => Bucket>> = { odd: oddV2Registry, former: oddV1Registry };
const NOTHING = { added: 0, changed: 0, removed: 0, reread: 0 };

let s3: S3Server;
let live: LiveIndex;
let peer: DynamoDBDocumentClient;
let epoch = 0;

beforeAll(async () => {
  s3 = await startVersityGw({ buckets: Object.keys(BUCKETS) });
  live = await startLiveIndex();
  await live.makeTables();
  const { location } = live;
  peer = DynamoDBDocumentClient.from(createDynamoClient({ ...location, credentials: location.credentials }));
  const { endpoint, region } = s3;
  const client = new S3Client({ endpoint, region, credentials: s3, forcePathStyle: true });
  for (const [bucket, objectsOf] of Object.entries(BUCKETS))
    await eachOf([...objectsOf()], 8, async ([Key, text]) => {
      const Body = Buffer.from(text);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Body.length }));
    });
  client.destroy();
});

afterAll(async () => {
  peer?.destroy();
  await live?.stop();
  await s3?.stop();
});

function sourceOf(bucket: string): Source {
  const { region, endpoint } = s3;
  return { kind: 's3', bucket, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'Auto' };
}

async function currentOwnership() {
  const state = await live.index.ownership.read(running);
  if (state.kind !== 'ours') throw new Error(state.kind);
  return state.ownership;
}

async function backfill(bucket: string) {
  const source = sourceOf(bucket);
  await live.mark({ epoch, complete: false, source: sourceIdentity(source) });
  const ownership = await currentOwnership();
  const worker = { index: 0, count: 1 };
  const options = { index: live.index, source, credentials: s3, ownership, worker, concurrency: 8, log };
  const { outcome, report } = await runWorker(options, running);
  await live.mark({ complete: true });
  expect(outcome).toBe('complete');
  return report;
}

async function resync(bucket: string): Promise<ResyncReport> {
  const meter = createMeter();
  const index = live.open(meter);
  const ownership = await currentOwnership();
  const common = { index, meter, credentials: s3, ownership, concurrency: 8, confirmation: undefined, log };
  const { outcome } = await runResyncWorker({ ...common, source: sourceOf(bucket) }, running);
  index.close();
  const report = await live.index.resyncs.read(running);
  if (outcome !== 'ended' || !report) throw new Error(outcome);
  return report;
}

async function records(): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for await (const page of live.index.records(4).scan(1, running))
    found.push(...page.filter((stored) => stored.epoch === epoch));
  return found.sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
}

beforeEach(() => {
  epoch += 1;
});

describe.each([
  ['odd', V2_FAULTS],
  ['former', V1_FAULTS],
])('a resync of the bucket %s, with everything in it that may be in one', (bucket, faults) => {
  test('costs no GET and no write, and counts what a backfill has counted', async () => {
    const { faultCounts } = await backfill(bucket);
    expect(faultCounts).toEqual(faults);
    // The first also sweeps what the build before has left.
    for (const time of [1, 2]) {
      const before = await records();
      const { requests, ...report } = await resync(bucket);
      expect(report).toMatchObject({ ...NOTHING, faultCounts: faults });
      expect({ time, gets: requests.gets }).toEqual({ time, gets: 0 });
      if (time > 1) expect(requests).toMatchObject({ writes: 0, writeUnits: 0 });
      expect(await records()).toEqual(before);
      console.info(`resync ${time} of ${bucket}: ${JSON.stringify(requests)}`);
    }
  });
});

test('records that the program before has written are re-read once, whatever they say, and then cost nothing', async () => {
  await backfill('odd');
  await resync('odd');
  const wanted = (await records()).filter(({ deleted }) => !deleted);
  for (const [at, { record, fingerprint }] of wanted.entries()) {
    const { name, tags } = record;
    const Item = formerItem({ name, epoch, fingerprint: at % 2 ? `${fingerprint}?` : fingerprint, tags });
    await peer.send(new PutCommand({ TableName: live.location.repositoryTable, Item }));
  }
  const before = await records();
  expect(before.filter(({ record }) => record.title === 'As it was')).toHaveLength(wanted.length);

  const first = await resync('odd');
  expect(first).toMatchObject({ ...NOTHING, reread: wanted.length, faultCounts: V2_FAULTS });
  expect(first.requests.rereadGets).toBe(first.requests.gets);
  expect(first.requests.rereadGets).toBeGreaterThan(wanted.length);
  const told = (all: readonly StoredRecord[]) =>
    all
      .filter(({ deleted }) => !deleted)
      .map(({ record, reader, manifests, gaps }) => ({ record, reader, manifests, gaps }));
  const after = await records();
  expect(told(after).map(({ record }) => record)).toEqual(told(wanted).map(({ record }) => record));
  expect(new Set(told(after).map(({ reader }) => reader))).toEqual(new Set([READER_VERSION]));
  expect(told(after).map(({ manifests }) => manifests)).toEqual(told(wanted).map(({ manifests }) => manifests));

  const second = await resync('odd');
  expect(second).toMatchObject({ ...NOTHING, faultCounts: V2_FAULTS });
  expect(second.requests).toMatchObject({ gets: 0, writes: 0, writeUnits: 0, rereadGets: 0 });
  console.info(
    `re-read ${first.reread} records: ${JSON.stringify(first.requests)}; then ${JSON.stringify(second.requests)}`,
  );
});
