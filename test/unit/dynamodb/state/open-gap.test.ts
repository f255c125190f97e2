import { expect, test } from '@jest/globals';
import { type EventGapReason, NOTHING_REPORTED } from '../../../../src/dynamodb/state/event-report.ts';
import { gapResyncInMs, lastGapOf, openGapOf } from '../../../../src/dynamodb/state/open-gap.ts';

const gapOf = (reason: EventGapReason, number: number) => ({ reason, number, count: 1, atMs: 1 });
const gaps = [gapOf('IndexerDied', 2), gapOf('QueueFull', 5)];

test('a gap is open until a resync has closed it, and a later one is another', () => {
  expect(openGapOf(NOTHING_REPORTED)).toBeUndefined();
  expect(openGapOf({ ...NOTHING_REPORTED, gaps })).toEqual({ gaps, closed: 0 });
  expect(openGapOf({ ...NOTHING_REPORTED, gaps, closedGaps: 3 })).toEqual({ gaps: [gaps[1]], closed: 3 });
  expect(openGapOf({ ...NOTHING_REPORTED, gaps, closedGaps: 5 })).toBeUndefined();
  expect(lastGapOf({ ...NOTHING_REPORTED, gaps })).toBe(5);
});

const MINUTE_MS = 60_000;
const nowMs = 500 * MINUTE_MS;

test.each([
  { when: 'it was seen just now', seen: 0, in: 1 },
  { when: 'it was seen half a minute ago', seen: 0.5, in: 0.5 },
  { when: 'it was seen long ago', seen: 20, in: 0 },
  { when: 'another resync was started ten minutes ago', seen: 5, started: 10, in: 50 },
  { when: 'another resync was started an hour ago', seen: 5, started: 60, in: 0 },
  { when: 'it was seen just now and another resync was started yesterday', seen: 0, started: 1_440, in: 1 },
  { when: 'a clock that was wrong has started one in the future', seen: 5, started: -600, in: 0 },
])('a resync starts in $in minutes when $when', ({ seen, started, in: minutes }) => {
  const startedAtMs = started === undefined ? undefined : nowMs - started * MINUTE_MS;
  expect(gapResyncInMs({ seenAtMs: nowMs - seen * MINUTE_MS, startedAtMs, nowMs })).toBe(minutes * MINUTE_MS);
});
