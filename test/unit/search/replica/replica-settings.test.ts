import { expect, test } from '@jest/globals';
import { pollIntervalMs } from '../../../../src/search/replica/replica-settings.ts';

const SETTINGS = {
  feedIntervalMs: 1_000,
  idleFeedIntervalMs: 3_000,
  nudgedFeedIntervalMs: 10_000,
  idleAfterMs: 600_000,
};

test.each([
  ['every second while things happen', { quietMs: 0, isNudged: false }, 1_000],
  ['every second for some minutes after', { quietMs: 599_999, isNudged: true }, 1_000],
  ['less often when nothing has happened for long', { quietMs: 600_000, isNudged: false }, 3_000],
  ['seldom where nudges say what happens', { quietMs: 600_000, isNudged: true }, 10_000],
])('the feed is looked at %s', (_what, quiet, expected) => {
  expect(pollIntervalMs(quiet, SETTINGS)).toBe(expected);
});
