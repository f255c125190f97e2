import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from '../../../src/async/token-bucket.ts';

test('a burst costs nothing, then tokens come at the rate, and a quiet time fills the bucket up again', () => {
  let nowMs = 0;
  const take = createTokenBucket({ perSecond: 10, burst: 3, now: () => nowMs });
  expect([take(), take(), take(), take(), take()]).toEqual([0, 0, 0, 100, 200]);
  nowMs = 60_000;
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 100]);
});

test('a bucket that is empty at first gives nothing before its rate allows it', () => {
  let nowMs = 0;
  const take = createTokenBucket({ perSecond: 10, burst: 10, initial: 0, now: () => nowMs });
  expect(take(5)).toBe(500);
  nowMs = 1_500;
  expect([take(10), take(5)]).toEqual([0, 500]);
});

test('callers that wait as long as they are told never get more than the rate and one burst allow', () => {
  const step = fc.record({ tokens: fc.integer({ min: 1, max: 400 }), idleMs: fc.nat(3_000) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 40 }), (perSecond, steps) => {
      let nowMs = 0;
      const take = createTokenBucket({ perSecond, burst: perSecond, initial: 0, now: () => nowMs });
      const taken: { atMs: number; tokens: number }[] = [];
      for (const { tokens, idleMs } of steps) {
        nowMs += idleMs;
        nowMs += take(tokens);
        taken.push({ atMs: nowMs, tokens });
      }
      for (const [from, first] of taken.entries()) {
        const sum = taken.slice(from + 1).reduce((total, { tokens }) => total + tokens, 0);
        const seconds = ((taken.at(-1)?.atMs ?? 0) - first.atMs) / 1_000;
        expect(sum).toBeLessThanOrEqual(perSecond * (seconds + 1) + 1e-6);
      }
    }),
    { seed: 1 },
  );
});
