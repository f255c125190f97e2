import { createUnitBudget, type SpendUnits } from '../../async/unit-budget.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import { createBatchInsert, type Insert } from './batch-insert.ts';
import { accessTable, type TableAccess, type TablePlace } from './table-access.ts';

/** How fast records may be written when all of them are. */
export interface LoadOptions {
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** What the table has; undefined where it takes what comes. */
  readonly writeUnitsPerSecond: number | undefined;
}

/** What a load does to writes: many first writes go together, and each waits for the units it takes. */
export interface LoadWrites {
  readonly insert?: Insert;
  readonly spend?: SpendUnits;
}

/** Left to search, resync and other writers, for a table that is always throttled serves nobody. */
const SHARE_OF_UNITS = 0.8;

/** A table as a load writes it. */
export function accessForLoad(
  place: TablePlace,
  { concurrency, writeUnitsPerSecond }: LoadOptions,
): TableAccess & LoadWrites {
  const access = accessTable(place, { limit: createRequestLimit(concurrency).run });
  const insert = createBatchInsert(access);
  if (writeUnitsPerSecond === undefined) return { ...access, insert };
  return { ...access, insert, spend: createUnitBudget({ unitsPerSecond: writeUnitsPerSecond * SHARE_OF_UNITS }) };
}
