import { ServiceError } from '../../../src/aws/errors.ts';
import { READER_VERSION, type StoredRecord } from '../../../src/dynamodb/records/record.ts';
import type { RecordStore } from '../../../src/dynamodb/records/record-store.ts';
import type { RecordWrite, WriteResult } from '../../../src/dynamodb/records/record-write.ts';
import { type EventReport, type EventReportStore, NOTHING_REPORTED } from '../../../src/dynamodb/state/event-report.ts';
import type { RangePlan, RangeProgress, RangeStore, RangeWorklist } from '../../../src/dynamodb/state/ranges.ts';

export interface MemoryRecords extends RecordStore {
  readonly stored: Map<string, StoredRecord>;
  /** Runs before each write, which then meets what the hook has done. */
  beforeWrite(hook: (name: string) => void): void;
}

/** The repository table: conditional writes, revisions that count within an epoch. */
export function createMemoryRecords(): MemoryRecords {
  const stored = new Map<string, StoredRecord>();
  let hook: (name: string) => void = () => undefined;

  const write = (
    { record, manifests, gaps, reader = READER_VERSION, epoch, fingerprint, listedAtMs }: RecordWrite,
    { deleted, allowed }: { deleted: boolean; allowed: (now: StoredRecord | undefined) => boolean },
  ): WriteResult => {
    hook(record.name);
    const before = stored.get(record.name);
    if (!allowed(before)) return 'conflict';
    const revision = before?.epoch === epoch ? before.revision + 1 : 1;
    const provenance = { reader, gaps, epoch, fingerprint, listedAtMs };
    stored.set(record.name, { record, manifests, ...provenance, revision, changedAtMs: 0, deleted });
    return 'written';
  };

  return {
    stored,
    beforeWrite(next) {
      hook = next;
    },
    async create(next) {
      const allowed = (now: StoredRecord | undefined) => !now || now.epoch < next.epoch;
      return write(next, { deleted: false, allowed });
    },
    async replace(next, seen) {
      return write(next, { deleted: false, allowed: (now) => isSame(now, seen) });
    },
    async remove(seen, provenance) {
      const record = { ...seen.record, tags: [] };
      return write({ record, ...provenance }, { deleted: true, allowed: (now) => isSame(now, seen) });
    },
    async bury(gone) {
      const allowed = (now: StoredRecord | undefined) => !now || now.epoch < gone.epoch;
      return write({ ...gone, record: { ...gone.record, tags: [] } }, { deleted: true, allowed });
    },
    async read(name) {
      return stored.get(name);
    },
    async readPart(name) {
      const seen = stored.get(name);
      return seen && { kind: 'whole', seen };
    },
    async replacePart() {
      throw new Error('nothing here is in chunks');
    },
    async readAll(names) {
      return names.flatMap((name) => stored.get(name) ?? []);
    },
    async *scan() {
      yield [...stored.values()];
    },
  };
}

function isSame(now: StoredRecord | undefined, seen: StoredRecord): boolean {
  return now?.epoch === seen.epoch && now.revision === seen.revision;
}

export interface MemoryRanges extends RangeStore {
  /** Of the ownership record; set it higher and everything of an earlier one conflicts. */
  epoch: number;
  plan: RangePlan | undefined;
  readonly progress: Map<number, RangeProgress>;
  readonly worklists: Map<number, RangeWorklist>;
}

export function createMemoryRanges(epoch = 1): MemoryRanges {
  const ranges: MemoryRanges = {
    epoch,
    plan: undefined,
    progress: new Map(),
    worklists: new Map(),
    async readPlan(wanted) {
      return ranges.plan?.epoch === wanted ? ranges.plan : undefined;
    },
    async agreePlan(plan) {
      assertEpoch(plan.epoch);
      if (ranges.plan?.epoch !== plan.epoch || ranges.plan.failure) ranges.plan = plan;
      return ranges.plan;
    },
    async readProgress(plan) {
      return [...ranges.progress.values()].filter((each) => each.epoch === plan.epoch);
    },
    async writeProgress(progress) {
      assertEpoch(progress.epoch);
      ranges.progress.set(progress.range, progress);
    },
    async writeWorklist(worklist) {
      ranges.worklists.set(worklist.range, worklist);
    },
    async readWorklist({ range, epoch }) {
      const worklist = ranges.worklists.get(range);
      return worklist?.epoch === epoch ? worklist : undefined;
    },
  };
  const assertEpoch = (wanted: number) => {
    if (wanted !== ranges.epoch)
      throw new ServiceError({ kind: 'conflict', reason: 'EpochOver', message: 'the epoch is over' });
  };
  return ranges;
}

export interface MemoryEvents extends EventReportStore {
  report: EventReport;
}

/** The report of events, written by one at a time. */
export function createMemoryEvents(first: Partial<EventReport> = {}): MemoryEvents {
  const events: MemoryEvents = {
    report: { ...NOTHING_REPORTED, ...first },
    read: async () => events.report,
    async update(change) {
      events.report = change(events.report);
      return events.report;
    },
  };
  return events;
}
