import { sleep } from '../../async/sleep.ts';
import { createTokenBucket } from '../../async/token-bucket.ts';
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

/** Takes `units`, and waits until the table has had time for as many; returns early if the signal aborts. */
export type SpendUnits = (units: number, signal: AbortSignal) => Promise<void>;

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
  return { ...access, insert, spend: spendAtRate(writeUnitsPerSecond * SHARE_OF_UNITS) };
}

/** Nothing is saved up at first: the units of the second before may have been another writer's. */
function spendAtRate(unitsPerSecond: number): SpendUnits {
  const take = createTokenBucket({ perSecond: unitsPerSecond, burst: unitsPerSecond, initial: 0 });
  return async (units, signal) => {
    const waitMs = take(units);
    if (waitMs > 0) await sleep(waitMs, signal);
  };
}
