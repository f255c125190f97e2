/** For writing a report, or a failure, to a table whose service may be the cause of it. */
export const REPORT_TIMEOUT_MS = 10_000;
