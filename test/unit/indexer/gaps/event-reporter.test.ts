import { beforeEach, describe, expect, test } from '@jest/globals';
import { NOTHING_REPORTED } from '../../../../src/dynamodb/state/event-report.ts';
import { openGapOf } from '../../../../src/dynamodb/state/open-gap.ts';
import { createEventReporter } from '../../../../src/indexer/gaps/event-reporter.ts';
import { createMemoryEvents } from '../../../support/index/memory-index.ts';
import { createVirtualTime, type VirtualTime } from '../../../support/kube/virtual-time.ts';
import { silentLog } from '../../../support/silent-log.ts';

const MINUTE_MS = 60_000;
let events: ReturnType<typeof createMemoryEvents>;
let updates: number;
let isDown: boolean;
let stop: AbortController;
let time: VirtualTime;

beforeEach(() => {
  time = createVirtualTime();
  events = createMemoryEvents();
  [updates, isDown, stop] = [0, false, new AbortController()];
});

function start(identity = 'pod-1') {
  const store: Pick<typeof events, 'update'> = {
    async update(change, signal) {
      updates += 1;
      if (isDown) throw new Error('down');
      return events.update(change, signal);
    },
  };
  const { now, sleep } = time.clock();
  const reporter = createEventReporter({ store, identity, now, clock: { elapsedMs: now, sleep }, log: silentLog });
  return { ...reporter, ended: reporter.run(stop.signal) };
}

const pass = (minutes: number) => time.advance(minutes * MINUTE_MS);
const nowMs = () => time.clock().now();
const reasons = () => openGapOf(events.report)?.gaps.map(({ reason }) => reason) ?? [];

describe('the report of an indexer', () => {
  test('is written twelve times an hour while nothing comes', async () => {
    start();
    await pass(0.1);
    updates = 0;
    await pass(60);
    expect(updates).toBeGreaterThanOrEqual(11);
    expect(updates).toBeLessThanOrEqual(12);
  });

  test('says soon that the first event has come, and then once a minute at most', async () => {
    const { received } = start();
    await pass(21.5);
    updates = 0;
    received();
    await pass(0.05);
    expect(events.report.eventAtMs).toBeGreaterThan(0);
    for (let second = 0; second < 600; second += 1) {
      received();
      await pass(1 / 60);
    }
    expect(updates).toBeLessThanOrEqual(11);
    expect(events.report.eventAtMs).toBeGreaterThan(nowMs() - 1.1 * MINUTE_MS);
  });

  test('says soon what may have been missed, however lately other news were reported, and then once a minute', async () => {
    const { received, gap } = start();
    await pass(5);
    received();
    await pass(0.1);
    updates = 0;
    gap('Malformed');
    await pass(0.05);
    expect(reasons()).toEqual(['Malformed']);
    for (let second = 0; second < 600; second += 1) {
      received();
      gap('Malformed');
      await pass(1 / 60);
    }
    expect(updates).toBeLessThanOrEqual(11);
  });

  test('counts rejections since the last event that was accepted, of all indexers', async () => {
    const [one, other] = [start('pod-1'), start('pod-2')];
    one.rejected('token');
    one.rejected('token');
    other.rejected('token');
    await pass(2);
    expect(events.report).toMatchObject({ rejected: 3, rejectedAtMs: expect.any(Number) });
    one.received('token');
    one.rejected('token');
    await pass(2);
    expect(events.report).toMatchObject({ rejected: 1 });
  });

  test('counts them on although events come of senders that show another credential, or none', async () => {
    const { received, rejected } = start();
    rejected('token');
    await pass(2);
    received('secret');
    received();
    await pass(2);
    const { rejectedAtMs, letInAtMs, eventAtMs } = events.report;
    expect(events.report.rejected).toBe(1);
    expect([eventAtMs > rejectedAtMs, letInAtMs]).toEqual([true, 0]);
    received('token');
    await pass(2);
    expect(events.report.rejected).toBe(0);
    expect(events.report.letInAtMs).toBeGreaterThan(rejectedAtMs);
  });

  test('has nothing of an indexer that ended in order, and its last news', async () => {
    const { received, ended } = start();
    await pass(1);
    expect(events.report.indexers).toMatchObject([{ identity: 'pod-1' }]);
    received();
    stop.abort();
    await ended;
    expect(events.report).toMatchObject({ ...NOTHING_REPORTED, eventAtMs: nowMs() });
    start('pod-2');
    await pass(30);
    expect(reasons()).toEqual([]);
  });

  test('says that one has died when that one starts again, or when another one misses it', async () => {
    start('pod-1');
    await pass(1);
    stop = new AbortController();
    start('pod-1');
    await pass(0.1);
    expect(reasons()).toEqual(['IndexerDied']);
    events.report = { ...events.report, closedGaps: 1, indexers: [{ identity: 'pod-9', run: 'x', beats: 1 }] };
    await pass(30);
    expect(reasons()).toEqual(['IndexerDied']);
    expect(events.report.indexers.some(({ identity }) => identity === 'pod-9')).toBe(false);
  });

  test('has a registry that was replaced as a gap though nothing more comes, and is written no more often for it', async () => {
    const { heard } = start();
    heard('before');
    await pass(5);
    heard('after');
    await pass(9);
    expect(reasons()).toEqual([]);
    updates = 0;
    await pass(2);
    expect(reasons()).toEqual(['RegistryRestarted']);
    expect(updates).toBeLessThanOrEqual(2);
  });

  test('counts gaps, numbers them, and loses none where it cannot be written', async () => {
    const { gap } = start();
    await pass(1);
    isDown = true;
    gap('QueueFull');
    gap('QueueFull');
    await pass(3);
    isDown = false;
    gap('Malformed');
    gap('QueueFull');
    await pass(2);
    expect(events.report.gaps).toMatchObject([
      { reason: 'QueueFull', number: 1, count: 3 },
      { reason: 'Malformed', number: 2, count: 1 },
    ]);
    gap('QueueFull');
    await pass(2);
    expect(events.report.gaps).toMatchObject([
      { reason: 'QueueFull', number: 3, count: 4 },
      { reason: 'Malformed', number: 2 },
    ]);
  });
});
