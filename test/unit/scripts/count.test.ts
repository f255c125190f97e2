import { describe, expect, test } from '@jest/globals';
import { countJest, type JestResults } from '../../../scripts/testing/count.ts';

const green: JestResults = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('counting what jest ran', () => {
  test('passed and failed tests are what they are', () => {
    expect(countJest(green, 0)).toEqual({ passed: 3, failed: 0 });
    expect(countJest({ ...green, numFailedTests: 2 }, 1)).toEqual({ passed: 3, failed: 2 });
  });

  test.each<[string, Partial<JestResults>]>([
    ['a suite that could not start', { numRuntimeErrorTestSuites: 1 }],
    ['a skipped test', { numPendingTests: 1 }],
    ['a test still to be written', { numTodoTests: 1 }],
    ['a part without any test', { numPassedTests: 0 }],
  ])('%s is a failure', (_what, results) => {
    expect(countJest({ ...green, ...results }, 0).failed).toBe(1);
  });

  test('a jest that says nothing, or ends badly without a failed test, is a failure', () => {
    expect(countJest(undefined, 1)).toEqual({ passed: 0, failed: 1 });
    expect(countJest(green, null)).toEqual({ passed: 3, failed: 1 });
  });
});
