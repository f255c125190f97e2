import { batchGet } from '../items/batch-get.ts';
import { notOfLaterEpoch, putIf } from '../items/conditional-put.ts';
import { type Item, readItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { parsedOrFail } from '../items/table-errors.ts';
import { faultItems, parseCounts, parseFaults, readFailure } from '../records/fault-items.ts';
import type { ResyncReport, ResyncStore } from './resync-report.ts';

/** The report of the last resync in the version table; each replaces the one before. */
export function createResyncStore(access: TableAccess): ResyncStore {
  return {
    async read(signal) {
      const [item] = await batchGet(access, [{ version: RESYNC_VERSION }], signal);
      return item && parsedOrFail('ReportUnreadable', () => parseResync(item));
    },

    async write(report, signal) {
      await putIf(access, { item: resyncItem(report), condition: notOfLaterEpoch(report.epoch) }, signal);
    },
  };
}

/** Key of the report in the version table, far after those of any range of a backfill. */
const RESYNC_VERSION = 2_000_000;

/** A report as an item of the version table. Times are milliseconds since 1970. */
export function resyncItem({ startedAtMs, endedAtMs, faults, ...rest }: ResyncReport): Item {
  return {
    version: RESYNC_VERSION,
    ...rest,
    faults: faults && faultItems(faults),
    startedAt: startedAtMs,
    endedAt: endedAtMs,
  };
}

/** Reverses `resyncItem`. Throws UnreadableItem. */
export function parseResync(item: Item): ResyncReport {
  const { count, time, within, optional } = readItem(item, 'the report of the resync');
  const requests = within('requests');
  const withheld = optional('withheld', within);
  const failure = optional('failure', within);
  return {
    epoch: count('epoch'),
    startedAtMs: time('startedAt'),
    endedAtMs: time('endedAt'),
    repositories: count('repositories'),
    added: count('added'),
    changed: count('changed'),
    removed: count('removed'),
    swept: count('swept'),
    reread: optional('reread', count),
    errorCount: count('errorCount'),
    faultCounts: parseCounts(item.faultCounts),
    faults: item.faults === undefined ? undefined : parseFaults(item.faults),
    withheld: withheld && {
      gone: withheld.count('gone'),
      of: withheld.count('of'),
      confirmation: withheld.text('confirmation'),
    },
    failure: failure && readFailure(failure),
    requests: {
      lists: requests.count('lists'),
      gets: requests.count('gets'),
      reads: requests.count('reads'),
      writes: requests.count('writes'),
      readUnits: requests.amount('readUnits'),
      writeUnits: requests.amount('writeUnits'),
      rereadGets: requests.optional('rereadGets', requests.count),
    },
  };
}
