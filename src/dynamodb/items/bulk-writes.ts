import { sleep } from '../../async/sleep.ts';
import { createTokenBucket } from '../../async/token-bucket.ts';
import { createRequestLimit } from '../../aws/request-limit.ts';
import { createBatchInsert, type Insert } from './batch-insert.ts';
import { accessTable, type TableAccess, type TablePlace } from './table-access.ts';

/** Limits of bulk writes, which write all records. */
export interface BulkOptions {
  /** Concurrent requests, at most. */
  readonly concurrency: number;
  /** Provisioned write units of the table; undefined on demand. */
  readonly writeUnitsPerSecond: number | undefined;
}

/** Takes `units`, and waits until the table has had time for as many; returns early if the signal aborts. */
export type SpendUnits = (units: number, signal: AbortSignal) => Promise<void>;

/** Bulk writes: first writes are batched, and each waits for its write units. */
export interface BulkWrites {
  readonly insert?: Insert;
  readonly spend?: SpendUnits;
}

/** The share that bulk writes take; the rest is left to search, resync and other writers. */
const SHARE_OF_UNITS = 0.8;

/** Access to a table for bulk writes. */
export function accessForBulkWrites(
  place: TablePlace,
  { concurrency, writeUnitsPerSecond }: BulkOptions,
): TableAccess & BulkWrites {
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
