import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMeter, type Meter } from '../../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { credentials, startIndex } from '../../../support/index/dynalite.ts';

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

test('the report of events is not there, then moves on, and never back', async () => {
  const { events } = index;
  expect(await events.read(signal)).toBeUndefined();
  await events.advance({ eventAtMs: 5, rejectedAtMs: 0 }, signal);
  await events.advance({ eventAtMs: 3, rejectedAtMs: 4 }, signal);
  expect(await events.read(signal)).toEqual({ eventAtMs: 5, rejectedAtMs: 4 });
  const { writes } = meter;
  await events.advance({ eventAtMs: 5, rejectedAtMs: 1 }, signal);
  expect(meter.writes).toBe(writes);
});

test('several indexers may write it at once', async () => {
  const times = Array.from({ length: 10 }, (_, at) => 100 + at);
  await Promise.all(times.map((eventAtMs) => index.events.advance({ eventAtMs, rejectedAtMs: 0 }, signal)));
  await index.events.advance({ eventAtMs: 109, rejectedAtMs: 0 }, signal);
  expect(await index.events.read(signal)).toEqual({ eventAtMs: 109, rejectedAtMs: 4 });
});
