import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalAnswer } from '../../../../src/aws/clients.ts';
import { createMeter, type Meter } from '../../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { gapsOf } from '../../../../src/dynamodb/records/gaps.ts';
import { READER_VERSION } from '../../../../src/dynamodb/records/record.ts';
import type { ItemHeader } from '../../../../src/dynamodb/records/record-headers.ts';
import type { ResyncReport } from '../../../../src/dynamodb/state/resync-report.ts';
import { openEmbeddedDynamoDb } from '../../../../src/standalone/embedded/dynamodb.ts';
import { credentials, makeTables, startIndex } from '../../../support/index/embedded-service.ts';
import { recordOf } from '../../../support/index/index-records.ts';

const signal = AbortSignal.timeout(60_000);
let started: Awaited<ReturnType<typeof startIndex>>;
let index: Index;
let meter: Meter;

beforeAll(async () => {
  started = await startIndex();
  meter = createMeter();
  index = openIndex({ location: started.location, credentials, meter });
});

afterAll(async () => {
  index.close();
  await started.stop();
});

const report: ResyncReport = {
  epoch: 2,
  startedAtMs: 1_700_000_000_000,
  endedAtMs: 1_700_000_001_000,
  repositories: 12,
  added: 1,
  changed: 2,
  removed: 3,
  swept: 4,
  errorCount: 5,
  withheld: undefined,
  failure: undefined,
  requests: { lists: 1, gets: 2, reads: 3, writes: 4, readUnits: 5.5, writeUnits: 6 },
};

describe('the report of the last resync', () => {
  test('is not there before there was one', async () => {
    expect(await index.resyncs.read(signal)).toBeUndefined();
  });

  test('comes back as it was written, and takes the place of the one before', async () => {
    await index.resyncs.write(report, signal);
    expect(await index.resyncs.read(signal)).toEqual(report);
    const next: ResyncReport = {
      ...report,
      epoch: 3,
      withheld: { gone: 30, of: 100, confirmation: 'abc' },
      failure: { reason: 'BucketNotFound', message: 'bucket b does not exist' },
      reread: 7,
      faultCounts: { Foreign: 3, Missing: 2 },
      faults: [{ kind: 'Missing', key: 'app@sha256:a', reason: 'the manifest is missing' }],
      requests: { ...report.requests, rereadGets: 14 },
    };
    await index.resyncs.write(next, signal);
    expect(await index.resyncs.read(signal)).toEqual(next);
  });

  test('is not written over one of a later build', async () => {
    await index.resyncs.write({ ...report, epoch: 5 }, signal);
    await expect(index.resyncs.write({ ...report, epoch: 4 }, signal)).rejects.toMatchObject({
      failure: { kind: 'conflict' },
    });
    expect(await index.resyncs.read(signal)).toMatchObject({ epoch: 5 });
  });

  test('leaves the version table free to be claimed, as other work of ours does', async () => {
    expect(await index.ownership.read(signal)).toEqual({ kind: 'none' });
  });
});

test('headers are those of all records, with the chunks they name, of tombstones, and of chunks', async () => {
  const records = index.records(4);
  const provenance = { epoch: 1, listedAtMs: 5 };
  const tags = Array.from({ length: 20_000 }, (_, at) => {
    const digest = `sha256:${createHash('sha256').update(String(at)).digest('hex')}`;
    return { name: `tag-${at}`, digest, pushedAtMs: at, platforms: undefined };
  });
  await records.create({ record: { ...recordOf('a'), tags }, fingerprint: 'f-a', ...provenance }, signal);
  await records.create({ record: recordOf('b'), fingerprint: 'f-b', ...provenance }, signal);
  const gaps = gapsOf([{ kind: 'Missing', key: 'c@sha256:1', reason: 'is missing', digest: 'sha256:1' }], 5);
  await records.create({ record: recordOf('b2'), fingerprint: 'f-b2', reader: 0, gaps, ...provenance }, signal);
  const seen = await records.read('b', signal);
  if (seen) await records.remove(seen, { fingerprint: 'none', ...provenance }, signal);
  const found: ItemHeader[] = [];
  for await (const page of index.headers(signal)) found.push(...page);
  const chunks = found.flatMap((header) => (header.kind === 'chunk' ? header.key : [])).sort();
  expect(chunks.length).toBeGreaterThan(1);
  const byName = found.flatMap((header) =>
    header.kind === 'record' ? { ...header, chunks: [...header.chunks].sort() } : [],
  );
  expect(byName.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { kind: 'record', name: 'a', epoch: 1, fingerprint: 'f-a', reader: READER_VERSION, deleted: false, chunks },
    { kind: 'record', name: 'b', epoch: 1, fingerprint: 'none', reader: READER_VERSION, deleted: true, chunks: [] },
    { kind: 'record', name: 'b2', epoch: 1, fingerprint: 'f-b2', reader: 0, gaps, deleted: false, chunks: [] },
  ]);
});

test('a meter counts requests, and the units that the service reports', async () => {
  const dynamodb = openEmbeddedDynamoDb();
  const location = { ...started.location, endpoint: dynamodb.endpoint };
  const answer: LocalAnswer = async (operation, input) => {
    return { ...(await dynamodb.answer(operation, input)), ConsumedCapacity: { CapacityUnits: 2 } };
  };
  const index = openIndex({ location, credentials, meter, answer });
  await makeTables(index, signal);
  const before = { ...meter };
  const records = index.records(4);
  await records.read('b', signal);
  await records.readAll(['b', 'c'], signal);
  await records.create({ record: recordOf('c'), fingerprint: 'f', epoch: 1, listedAtMs: 5 }, signal);
  expect(meter.reads - before.reads).toBe(2);
  expect(meter.writes - before.writes).toBe(1);
  expect(meter.readUnits - before.readUnits).toBe(4);
  expect(meter.writeUnits - before.writeUnits).toBe(2);
  dynamodb.close();
});
