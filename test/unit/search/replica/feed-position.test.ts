import { describe, expect, test } from '@jest/globals';
import { advance, cursorAfterScan, readFromMs } from '../../../../src/search/replica/feed-position.ts';

const OVERLAP_MS = 30;

describe('where the feed is read from', () => {
  test.each([
    ['overlaps the newest entry just seen', { newestMs: 1_000, seenAtMs: 1_000, readAtMs: 1_000 }, 1_000, 970],
    ['overlaps less while nothing new comes', { newestMs: 1_000, seenAtMs: 1_000, readAtMs: 1_010 }, 1_010, 980],
    ['does not go back at all after a quiet time', { newestMs: 1_000, seenAtMs: 1_000, readAtMs: 5_000 }, 5_000, 1_000],
    [
      'overlaps as ever after a time in which nobody could read',
      { newestMs: 1_000, seenAtMs: 990, readAtMs: 1_000 },
      5_000,
      980,
    ],
    [
      'is bounded by our clock when a writer is ahead',
      { newestMs: 9_000, seenAtMs: 1_000, readAtMs: 1_500 },
      1_500,
      1_470,
    ],
    ['follows the writers when our clock is ahead', { newestMs: 1_000, seenAtMs: 8_000, readAtMs: 8_000 }, 8_000, 970],
    ['is never before the beginning of time', { newestMs: 0, seenAtMs: 5, readAtMs: 10 }, 10, 0],
  ])('%s', (_what, cursor, nowMs, expected) => {
    expect(readFromMs(cursor, nowMs, OVERLAP_MS)).toBe(expected);
  });

  test('never goes back to an older entry', () => {
    const cursor = { newestMs: 1_000, seenAtMs: 1_000, readAtMs: 1_050 };
    expect(advance(cursor, 999, 1_100)).toEqual(cursor);
    expect(advance(cursor, 1_001, 1_100)).toEqual({ newestMs: 1_001, seenAtMs: 1_100, readAtMs: 1_050 });
  });
});

describe('the cursor after a Scan', () => {
  test.each([
    ['begins when the Scan did, by the clock of the newest writer', 5_000, 5_100, 5_090, 4_990],
    ['is not led astray when our clock is ahead', 905_000, 905_100, 5_100, 5_000],
    ['begins with our clock when that is behind', 1_000, 1_100, 905_000, 1_000],
    ['begins at the beginning when nothing was read', 5_000, 5_100, 0, 0],
  ])('%s', (_what, beganAtMs, endedAtMs, newestMs, expected) => {
    expect(cursorAfterScan({ beganAtMs, endedAtMs, newestMs })).toEqual({
      newestMs: expected,
      seenAtMs: endedAtMs,
      readAtMs: endedAtMs,
    });
  });
});
