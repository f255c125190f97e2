import { expect, test } from '@jest/globals';
import { createTokenBucket } from '../../../../src/kube/queue/token-bucket.ts';

test('a burst costs nothing, then tokens come at the rate, and a quiet time fills the bucket up again', () => {
  let nowMs = 0;
  const take = createTokenBucket({ perSecond: 10, burst: 3, now: () => nowMs });
  expect([take(), take(), take(), take(), take()]).toEqual([0, 0, 0, 100, 200]);
  nowMs = 60_000;
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 100]);
});
