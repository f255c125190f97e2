import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMeter, type Meter } from '../../../../src/aws/meter.ts';
import { type Index, openIndex } from '../../../../src/dynamodb/open.ts';
import { type EventReport, NOTHING_REPORTED } from '../../../../src/dynamodb/state/event-report.ts';
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

const report = (times: Partial<EventReport>): EventReport => ({ ...NOTHING_REPORTED, ...times });

test('the report of events is not there, then moves on, and never back', async () => {
  const { events } = index;
  expect(await events.read(signal)).toBeUndefined();
  await events.advance(report({ eventAtMs: 5 }), signal);
  await events.advance(report({ eventAtMs: 3, rejectedAtMs: 4 }), signal);
  expect(await events.read(signal)).toEqual(report({ eventAtMs: 5, rejectedAtMs: 4 }));
  const { writes } = meter;
  await events.advance(report({ eventAtMs: 5, rejectedAtMs: 1 }), signal);
  expect(meter.writes).toBe(writes);
});

test('it keeps why a queue could not be read last', async () => {
  const { events } = index;
  await events.advance(report({ queueFailedAtMs: 7, queueProblem: 'gone' }), signal);
  await events.advance(report({ queueFailedAtMs: 6, queueProblem: 'denied', queueReachedAtMs: 8 }), signal);
  expect(await events.read(signal)).toMatchObject({ queueFailedAtMs: 7, queueProblem: 'gone', queueReachedAtMs: 8 });
});

test('several indexers may write it at once', async () => {
  const times = Array.from({ length: 10 }, (_, at) => 100 + at);
  await Promise.all(times.map((eventAtMs) => index.events.advance(report({ eventAtMs }), signal)));
  await index.events.advance(report({ eventAtMs: 109 }), signal);
  expect(await index.events.read(signal)).toMatchObject({ eventAtMs: 109, rejectedAtMs: 4 });
});
