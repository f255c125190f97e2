import { batchGet } from '../items/batch-get.ts';
import { isConflict, putIf } from '../items/conditional-put.ts';
import { type Item, readItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { parsedOrFail } from '../items/table-errors.ts';

/** When events last reached any of the indexers. Times are milliseconds since 1970; 0 for never. */
export interface EventReport {
  /** When the last event came that had a right credential. */
  readonly eventAtMs: number;
  /** When something last came with a wrong credential. */
  readonly rejectedAtMs: number;
}

/** Item `version = 3000000` of the version table. Rejects with a classified ServiceError. */
export interface EventReportStore {
  /** A consistent read. */
  read(signal: AbortSignal): Promise<EventReport | undefined>;
  /** Moves the times on; one that is behind what is stored changes nothing. */
  advance(report: EventReport, signal: AbortSignal): Promise<void>;
}

/** Behind the report of the resync. */
const EVENTS_VERSION = 3_000_000;

export function createEventReportStore(access: TableAccess): EventReportStore {
  const read = async (signal: AbortSignal) => {
    const [item] = await batchGet(access, [{ version: EVENTS_VERSION }], signal);
    return item && parsedOrFail('ReportUnreadable', () => parseEventReport(item));
  };
  return {
    read,
    async advance(report, signal) {
      const stored = await read(signal);
      const next = {
        eventAtMs: Math.max(report.eventAtMs, stored?.eventAtMs ?? 0),
        rejectedAtMs: Math.max(report.rejectedAtMs, stored?.rejectedAtMs ?? 0),
      };
      if (stored?.eventAtMs === next.eventAtMs && stored.rejectedAtMs === next.rejectedAtMs) return;
      const condition = {
        expression: 'attribute_not_exists(#version) OR (#eventAt <= :eventAt AND #rejectedAt <= :rejectedAt)',
        values: { eventAt: next.eventAtMs, rejectedAt: next.rejectedAtMs },
      };
      // Another indexer has written later times meanwhile.
      await putIf(access, { item: eventReportItem(next), condition }, signal).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
      });
    },
  };
}

function eventReportItem({ eventAtMs, rejectedAtMs }: EventReport): Item {
  return { version: EVENTS_VERSION, eventAt: eventAtMs, rejectedAt: rejectedAtMs };
}

/** Reverses `eventReportItem`. Throws UnreadableItem. */
function parseEventReport(item: Item): EventReport {
  const { time } = readItem(item, 'the report of events');
  return { eventAtMs: time('eventAt'), rejectedAtMs: time('rejectedAt') };
}
