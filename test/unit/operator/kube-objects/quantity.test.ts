import { expect, test } from '@jest/globals';
import { sameQuantity } from '../../../../src/operator/kube-objects/quantity.ts';

test.each([
  ['0.1', '100m'],
  [1, '1'],
  ['1024Mi', '1Gi'],
  ['1e3', '1k'],
  ['1.5Gi', '1536Mi'],
  ['100000u', '100m'],
])('%s is as much as %s', (one, other) => {
  expect(sameQuantity(one, other)).toBe(true);
});

test.each([
  ['1G', '1Gi'],
  ['1', '1m'],
  ['1Gi', undefined],
  ['much', 'a lot'],
  ['', '0'],
])('%s is not as much as %s', (one, other) => {
  expect(sameQuantity(one, other)).toBe(false);
});
