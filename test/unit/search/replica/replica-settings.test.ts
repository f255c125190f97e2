import { expect, test } from '@jest/globals';
import { pollIntervalMs } from '../../../../src/search/replica/replica-settings.ts';

const SETTINGS = { feedIntervalMs: 1_000, idleFeedIntervalMs: 3_000, idleAfterMs: 600_000 };

test.each([
  ['every second while things happen', 0, 1_000],
  ['every second for some minutes after', 599_999, 1_000],
  ['less often when nothing has happened for long', 600_000, 3_000],
])('the feed is looked at %s', (_what, quietMs, expected) => {
  expect(pollIntervalMs(quietMs, SETTINGS)).toBe(expected);
});
