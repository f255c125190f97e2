import { createTextTable } from '../text-table.ts';

export interface KnownRecord {
  readonly name: string;
  readonly fingerprint: string;
  /** A tombstone. */
  readonly deleted: boolean;
}

/** What the index says of every repository, and which of them a walk has met: some 85 bytes each, not on the heap. */
export interface KnownRecords {
  /** Of a repository that no walk has met yet. */
  add(record: KnownRecord): void;
  /** Compares a listing with what is known of its repository, which thereby is met. */
  meet(name: string, fingerprint: string): 'same' | 'changed' | 'unknown';
  /** What the index says from now on of a repository that was met. */
  settle(record: KnownRecord): void;
  /** Names of the living that were not met, in no order. */
  missing(): Generator<string>;
  /** As many as were added alive. */
  living(): number;
  /** As many as are alive and were met. */
  met(): number;
}

const DELETED = 0;
const LIVING = 1;
const MET = 2;

export function createKnownRecords(): KnownRecords {
  const table = createTextTable();
  let living = 0;
  let met = 0;

  const set = ({ name, fingerprint }: Omit<KnownRecord, 'deleted'>, state: number) => {
    const before = table.get(name)?.state;
    met += Number(state === MET) - Number(before === MET);
    table.set({ key: name, text: fingerprint, state });
  };

  return {
    add(record) {
      if (!record.deleted) living += 1;
      set(record, record.deleted ? DELETED : LIVING);
    },
    meet(name, fingerprint) {
      const known = table.get(name);
      if (!known) return 'unknown';
      if (known.state === LIVING) set({ name, fingerprint: known.text }, MET);
      if (known.text === fingerprint) return 'same';
      return known.state === DELETED ? 'unknown' : 'changed';
    },
    settle: (record) => set(record, record.deleted ? DELETED : MET),
    *missing() {
      for (const { key, state } of table.entries()) if (state === LIVING) yield key;
    },
    living: () => living,
    met: () => met,
  };
}
