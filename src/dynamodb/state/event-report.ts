import { isDeepStrictEqual } from 'node:util';
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
  /** When the queue of a bucket's events first answered: after the start of an indexer, and after each failure. */
  readonly queueReachedAtMs: number;
  /** When it last could not be read. */
  readonly queueFailedAtMs: number;
  /** Why, as a sentence for people; empty for never. */
  readonly queueProblem: string;
}

export const NOTHING_REPORTED: EventReport = {
  eventAtMs: 0,
  rejectedAtMs: 0,
  queueReachedAtMs: 0,
  queueFailedAtMs: 0,
  queueProblem: '',
};

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
      const next = laterOf(stored ?? NOTHING_REPORTED, report);
      if (stored && isDeepStrictEqual(next, stored)) return;
      // Another indexer has written later times meanwhile.
      await putIf(access, { item: eventReportItem(next), condition: isNotLater(next) }, signal).catch(
        (error: unknown) => {
          if (!isConflict(error)) throw error;
        },
      );
    },
  };
}

function laterOf(stored: EventReport, report: EventReport): EventReport {
  return {
    eventAtMs: Math.max(report.eventAtMs, stored.eventAtMs),
    rejectedAtMs: Math.max(report.rejectedAtMs, stored.rejectedAtMs),
    queueReachedAtMs: Math.max(report.queueReachedAtMs, stored.queueReachedAtMs),
    queueFailedAtMs: Math.max(report.queueFailedAtMs, stored.queueFailedAtMs),
    queueProblem: (report.queueFailedAtMs > stored.queueFailedAtMs ? report : stored).queueProblem,
  };
}

/** Items of earlier versions have no times of a queue. */
function isNotLater({ eventAtMs, rejectedAtMs, queueReachedAtMs, queueFailedAtMs }: EventReport) {
  const expression = `attribute_not_exists(#version) OR (#eventAt <= :eventAt AND #rejectedAt <= :rejectedAt
    AND (attribute_not_exists(#queueReachedAt) OR #queueReachedAt <= :queueReachedAt)
    AND (attribute_not_exists(#queueFailedAt) OR #queueFailedAt <= :queueFailedAt))`;
  const queue = { queueReachedAt: queueReachedAtMs, queueFailedAt: queueFailedAtMs };
  return { expression, values: { eventAt: eventAtMs, rejectedAt: rejectedAtMs, ...queue } };
}

function eventReportItem({ eventAtMs, rejectedAtMs, ...queue }: EventReport): Item {
  return {
    version: EVENTS_VERSION,
    eventAt: eventAtMs,
    rejectedAt: rejectedAtMs,
    queueReachedAt: queue.queueReachedAtMs,
    queueFailedAt: queue.queueFailedAtMs,
    queueProblem: queue.queueProblem,
  };
}

/** Reverses `eventReportItem`. Throws UnreadableItem. */
function parseEventReport(item: Item): EventReport {
  const { time, text, optional } = readItem(item, 'the report of events');
  return {
    eventAtMs: time('eventAt'),
    rejectedAtMs: time('rejectedAt'),
    queueReachedAtMs: optional('queueReachedAt', time) ?? 0,
    queueFailedAtMs: optional('queueFailedAt', time) ?? 0,
    queueProblem: optional('queueProblem', text) ?? '',
  };
}
