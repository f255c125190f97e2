import { retry } from '../../async/retry.ts';
import { redacted } from '../../telemetry/untrusted-text.ts';
import { batchGet } from '../items/batch-get.ts';
import { isConflict, putIf } from '../items/conditional-put.ts';
import { type Item, type ItemReader, isItem, isListOf, readItem, UnreadableItem } from '../items/item.ts';
import type { TableAccess } from '../items/table-access.ts';
import { parsedOrFail } from '../items/table-errors.ts';
import { EVENT_GAP_REASONS, type EventReport, type EventReportStore, NOTHING_REPORTED } from './event-report.ts';

/** Key of the report in the version table, after that of the report of the resync. */
const EVENTS_VERSION = 3_000_000;

/** Other indexers, and the resync, write it now and then. */
const AGAIN = {
  baseMs: 20,
  capMs: 500,
  attempts: 10,
  isRetryable: (error: unknown): error is unknown => isConflict(error),
};
/** Longest text for a condition. */
const MAX_PROBLEM = 1_024;

/** The report and the number of its writes, on which the next write is conditional. */
interface Stored {
  readonly report: EventReport;
  readonly revision: number | undefined;
}

const NONE: Stored = { report: NOTHING_REPORTED, revision: undefined };

export function createEventReportStore(access: TableAccess): EventReportStore {
  const read = async (signal: AbortSignal): Promise<Stored> => {
    const [item] = await batchGet(access, [{ version: EVENTS_VERSION }], signal);
    return item ? parsedOrFail('ReportUnreadable', () => parseStored(item)) : NONE;
  };

  const attempt = async (change: (stored: EventReport) => EventReport, signal: AbortSignal) => {
    const { report, revision } = await read(signal);
    const next = change(report);
    if (next === report) return report;
    const item = { version: EVENTS_VERSION, revision: (revision ?? 0) + 1, ...eventReportItem(next) };
    const condition =
      revision === undefined
        ? { expression: 'attribute_not_exists(#revision)', values: {} }
        : { expression: '#revision = :revision', values: { revision } };
    await putIf(access, { item, condition }, signal);
    return next;
  };

  return {
    read: async (signal) => (await read(signal)).report,
    update: (change, signal) => retry(() => attempt(change, signal), AGAIN, signal),
  };
}

function eventReportItem(report: EventReport): Item {
  const { eventAtMs, letInAtMs, rejectedAtMs, queueReachedAtMs, queueFailedAtMs, ...rest } = report;
  const times = { eventAt: eventAtMs, letInAt: letInAtMs, rejectedAt: rejectedAtMs };
  return { ...times, queueReachedAt: queueReachedAtMs, queueFailedAt: queueFailedAtMs, ...rest };
}

/** Reverses `eventReportItem`; an older program has written the two times alone. Throws UnreadableItem. */
function parseStored(item: Item): Stored {
  const { count, text, time, optional } = readItem(item, WHAT);
  const report = {
    eventAtMs: time('eventAt'),
    letInAtMs: optional('letInAt', time) ?? time('eventAt'),
    rejectedAtMs: time('rejectedAt'),
    rejected: optional('rejected', count) ?? 0,
    queueReachedAtMs: optional('queueReachedAt', time) ?? 0,
    queueFailedAtMs: optional('queueFailedAt', time) ?? 0,
    queueProblem: redacted(optional('queueProblem', text) ?? '', MAX_PROBLEM),
    gaps: listOf(item, 'gaps', parseGap).flatMap((gap) => gap ?? []),
    closedGaps: optional('closedGaps', count) ?? 0,
    registries: listOf(item, 'registries', (fields) => ({
      id: fields.text('id'),
      firstAtMs: fields.time('firstAtMs'),
      lastAtMs: fields.time('lastAtMs'),
      events: fields.count('events'),
      isGone: fields.flag('isGone'),
    })),
    indexers: listOf(item, 'indexers', (fields) => ({
      identity: fields.text('identity'),
      run: fields.text('run'),
      beats: fields.count('beats'),
    })),
    removals: listOf(item, 'removals', (fields) => ({ sinceMs: fields.time('sinceMs'), count: fields.count('count') })),
  };
  return { report, revision: optional('revision', count) };
}

const WHAT = 'the report of events';

/** Undefined for a reason that only a newer program knows. */
function parseGap({ text, count, time }: ItemReader) {
  const word = text('reason');
  const reason = EVENT_GAP_REASONS.find((known) => known === word);
  return reason && { reason, number: count('number'), count: count('count'), atMs: time('atMs') };
}

function listOf<T>(item: Item, name: string, parse: (fields: ItemReader) => T): T[] {
  const list = item[name] ?? [];
  if (!isListOf(list, isItem)) throw new UnreadableItem(`${WHAT}: ${name} is not a list of maps`);
  return list.map((fields) => parse(readItem(fields, `${WHAT}, ${name}`)));
}
