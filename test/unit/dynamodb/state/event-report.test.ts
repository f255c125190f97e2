import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDynamoClient } from '../../../../src/aws/clients.ts';
import { createMeter, type Meter } from '../../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { type EventReport, NOTHING_REPORTED } from '../../../../src/dynamodb/state/event-report.ts';
import { credentials, startIndex } from '../../../support/index/embedded-service.ts';

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

const FULL: EventReport = {
  eventAtMs: 5,
  letInAtMs: 3,
  rejectedAtMs: 4,
  rejected: 3,
  queueReachedAtMs: 2,
  queueFailedAtMs: 1,
  queueProblem: 'there is no such queue',
  gaps: [{ reason: 'IndexerDied', number: 2, count: 7, atMs: 6 }],
  closedGaps: 1,
  registries: [{ id: 'a1', firstAtMs: 1, lastAtMs: 5, events: 9, isGone: false }],
  indexers: [{ identity: 'pod-1', run: 'r', beats: 3 }],
  removals: [{ sinceMs: 4, count: 2 }],
};

test('the report of events is empty at first, and then what was written, at the cost of one write', async () => {
  const { events } = index;
  expect(await events.read(signal)).toEqual(NOTHING_REPORTED);
  expect(await events.update(() => FULL, signal)).toEqual(FULL);
  expect(await events.read(signal)).toEqual(FULL);
  expect(meter).toMatchObject({ writes: 1 });
});

test('what stays the same is not written', async () => {
  const { writes } = meter;
  await index.events.update((stored) => stored, signal);
  expect(meter.writes).toBe(writes);
});

test('what several indexers add at once is all there', async () => {
  const add = () => index.events.update((stored) => ({ ...stored, rejected: stored.rejected + 1 }), signal);
  await Promise.all(Array.from({ length: 8 }, add));
  expect(await index.events.read(signal)).toEqual({ ...FULL, rejected: 11 });
});

test('what an older program has written is read and replaced, and what a newer one knows is left out', async () => {
  const client = createDynamoClient({ ...started.location, credentials });
  const put = (fields: object) =>
    client.send(
      new PutItemCommand({
        TableName: started.location.versionTable,
        Item: { version: { N: '3000000' }, eventAt: { N: '8' }, rejectedAt: { N: '7' }, ...fields },
      }),
    );
  await put({});
  expect(await index.events.read(signal)).toEqual({ ...NOTHING_REPORTED, eventAtMs: 8, letInAtMs: 8, rejectedAtMs: 7 });
  expect(await index.events.update((stored) => ({ ...stored, rejected: 1 }), signal)).toMatchObject({ eventAtMs: 8 });
  const fields = { reason: { S: 'Flood' }, number: { N: '1' }, count: { N: '1' }, atMs: { N: '1' } };
  await put({ gaps: { L: [{ M: fields }] } });
  expect(await index.events.read(signal)).toMatchObject({ gaps: [] });
  client.destroy();
});
