import { type FaultCounts, harmfulOf, type ReportedFault } from '../../api/fault.ts';

/** What a backfill or resync could not use: all of it counted, the first of it named. */
export interface Skipped {
  readonly errorCount: number;
  /** Undefined, like `faults`, if an older version wrote the report, which knew no kinds. */
  readonly faultCounts?: FaultCounts | undefined;
  readonly faults?: readonly ReportedFault[] | undefined;
}

/** The status fields about what was skipped. */
export function skippedFields({ errorCount, faultCounts, faults }: Skipped) {
  const errors = faults?.map(({ kind, key, reason }) => ({ ...(kind ? { kind } : {}), key, reason }));
  return {
    errorCount,
    ...(faultCounts ? { harmfulCount: harmfulOf(faultCounts), errorsByKind: { ...faultCounts } } : {}),
    ...(errors ? { errors } : {}),
  };
}
