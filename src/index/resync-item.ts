import { type Item, readItem } from './item.ts';
import { faultItems, parseCounts, parseFaults } from './range-items.ts';
import type { ResyncReport } from './resyncs.ts';

/** Key of the report in the version table, far behind any range of a backfill. */
export const RESYNC_VERSION = 2_000_000;

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
  const { number, within, optional } = readItem(item, 'the report of the resync');
  const requests = within('requests');
  const withheld = optional('withheld', within);
  const failure = optional('failure', within);
  return {
    epoch: number('epoch'),
    startedAtMs: number('startedAt'),
    endedAtMs: number('endedAt'),
    repositories: number('repositories'),
    added: number('added'),
    changed: number('changed'),
    removed: number('removed'),
    swept: number('swept'),
    reread: optional('reread', number),
    errorCount: number('errorCount'),
    faultCounts: parseCounts(item.faultCounts),
    faults: item.faults === undefined ? undefined : parseFaults(item.faults),
    withheld: withheld && {
      gone: withheld.number('gone'),
      of: withheld.number('of'),
      confirmation: withheld.text('confirmation'),
    },
    failure: failure && { reason: failure.text('reason'), message: failure.text('message') },
    requests: {
      lists: requests.number('lists'),
      gets: requests.number('gets'),
      reads: requests.number('reads'),
      writes: requests.number('writes'),
      readUnits: requests.number('readUnits'),
      writeUnits: requests.number('writeUnits'),
      rereadGets: requests.optional('rereadGets', requests.number),
    },
  };
}
