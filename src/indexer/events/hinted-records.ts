import type { RecordStore } from '../../dynamodb/records/record-store.ts';

/** Records whose writes say that events led to them; see `hintedAtMs` of a record. */
export function hintedRecords(records: RecordStore, hintedAtMs: number): RecordStore {
  return {
    ...records,
    create: (write, signal) => records.create({ ...write, hintedAtMs }, signal),
    replace: (write, seen, signal) => records.replace({ ...write, hintedAtMs }, seen, signal),
    remove: (seen, write, signal) => records.remove(seen, { ...write, hintedAtMs }, signal),
    bury: (write, signal) => records.bury({ ...write, hintedAtMs }, signal),
  };
}
