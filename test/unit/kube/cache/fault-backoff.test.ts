import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createFaultBackoff, REFLECTOR_BACKOFF } from '../../../../src/kube/cache/reflector.ts';
import { StatusError } from '../../../../src/kube/status-error.ts';

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

test('pauses grow from 0.8 s to 10 s, and start over after two healthy minutes', () => {
  const pauseAfter = createFaultBackoff(REFLECTOR_BACKOFF);
  const pauses = Array.from({ length: 7 }, () => pauseAfter(new Error('boom')));
  expect(pauses).toEqual([800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
  jest.advanceTimersByTime(120_001);
  expect(pauseAfter(new Error('boom'))).toBe(800);
});

test('a pause is never shorter than the server asked for', () => {
  const busy = { status: 429, reason: 'TooManyRequests', message: 'later', causes: [], retryAfterMs: 60_000 };
  expect(createFaultBackoff(REFLECTOR_BACKOFF)(new StatusError(busy))).toBe(60_000);
});
