import { expect, test } from '@jest/globals';
import { findLeak } from '../../../support/access/find-leak.ts';

/** `npm run bench:leaks` tries a million. */
const CASES = 3_000;

test(`what may not be seen leaves no trace: an index without it answers the same, byte for byte, ${CASES} times`, async () => {
  const { leak, hidden, found, refused } = await findLeak({ cases: CASES, seed: 1 });
  expect(leak).toBeUndefined();
  expect(hidden).toBeGreaterThan(CASES / 50);
  expect(found).toBeGreaterThan(CASES / 10);
  expect(refused).toBeGreaterThan(CASES / 100);
});
