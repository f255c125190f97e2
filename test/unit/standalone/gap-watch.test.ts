import { expect, test } from '@jest/globals';
import type { EventGap } from '../../../src/dynamodb/state/event-report.ts';
import { createGapWatch } from '../../../src/standalone/gap-watch.ts';
import { createMemoryEvents } from '../../support/index/memory-index.ts';

const MINUTE_MS = 60_000;
const signal = AbortSignal.any([]);

test('without a cluster the tables are compared a minute after a gap, and once an hour at most', async () => {
  let nowMs = 1_000_000_000;
  const events = createMemoryEvents();
  const gaps = createGapWatch(events, () => nowMs);
  const after = (minutes: number) => {
    nowMs += minutes * MINUTE_MS;
    return gaps.due(signal);
  };
  const open = (...reasons: EventGap['reason'][]) => {
    const { report } = events;
    const number = report.gaps.length + 1;
    events.report = {
      ...report,
      gaps: reasons.map((reason, at) => ({ reason, number: number + at, count: 1, atMs: 1 })),
    };
  };
  expect(await after(0)).toBeUndefined();
  open('QueueFull', 'Malformed');
  expect(await after(0)).toBeUndefined();
  expect(await after(1)).toBe('QueueFull, Malformed');
  expect(await after(59)).toBeUndefined();
  expect(await after(1)).toBe('QueueFull, Malformed');
  events.report = { ...events.report, closedGaps: 9 };
  expect(await after(100)).toBeUndefined();
});
