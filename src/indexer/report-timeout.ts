/** How long writing a report or a failure to a table may take; the table's service may be the cause of the failure. */
export const REPORT_TIMEOUT_MS = 10_000;
