/** How many tests or checks ended how. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** What jest writes with `--json`, as far as it is looked at here. */
export interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

export function sum(counts: readonly Count[]): Count {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  });
}

/**
 * Counts a part that jest ran. A suite that could not start, a test left out on purpose, a part without tests, and a
 * jest that ended badly without naming a test all count as failures: none of them may look like success.
 */
export function countJest(results: JestResults | undefined, exitCode: number | null): Count {
  if (results === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } = results;
  const failed = numFailedTests + numPendingTests + numTodoTests + numRuntimeErrorTestSuites;
  const isUnexplained = failed === 0 && (passed === 0 || exitCode !== 0);
  return { passed, failed: isUnexplained ? 1 : failed };
}
