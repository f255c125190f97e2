import { createOffHeapMap } from '../off-heap-map.ts';

export interface KnownRecord {
  readonly name: string;
  readonly fingerprint: string;
  /** A tombstone. */
  readonly deleted: boolean;
  /** Written by an older reader. */
  readonly outdated?: boolean;
}

/**
 * How a listing compares with a record. `due`: equal, but to be read again all the same. `outdated`: equal, but written
 * by an older reader.
 */
export type Comparison = 'same' | 'changed' | 'unknown' | 'due' | 'outdated';

/** Name and fingerprint of every record, and whether the walk has met it: some 85 bytes each, off the heap. */
export interface KnownRecords {
  /** Adds a record that no walk has met yet. */
  add(record: KnownRecord): void;
  /** Marks a record to be read again: missing blobs may be there by now, or tag chunks are lost. */
  markDue(name: string): void;
  /** Compares a listing with the record, and marks it as met. */
  meet(name: string, fingerprint: string): Comparison;
  /** Updates the record of a repository that was met. */
  update(record: KnownRecord): void;
  /** Names that were not met, without tombstones, in no order. */
  missing(): Generator<string>;
  /** Names that were met and were written by an older reader, in no order. */
  outdated(): Generator<string>;
  /** Number of records added, without tombstones. */
  living(): number;
  /** Number of records met, without tombstones. */
  met(): number;
  isMet(name: string): boolean;
}

/** Bits of a state; without any it is a tombstone. */
const LIVING = 1;
const MET = 2;
const OUTDATED = 4;
const DUE = 8;

export function createKnownRecords(): KnownRecords {
  const table = createOffHeapMap();
  let living = 0;
  let met = 0;

  const set = (name: string, fingerprint: string, state: number) => {
    const before = table.get(name)?.state ?? 0;
    met += Number(has(state, MET)) - Number(has(before, MET));
    table.set({ key: name, text: fingerprint, state });
  };

  function* named(wanted: (state: number) => boolean): Generator<string> {
    for (const { key, state } of table.entries()) if (wanted(state)) yield key;
  }

  return {
    add({ name, fingerprint, deleted, outdated }) {
      if (!deleted) living += 1;
      set(name, fingerprint, deleted ? 0 : LIVING | (outdated ? OUTDATED : 0));
    },
    markDue(name) {
      const known = table.get(name);
      if (known) set(name, known.text, known.state | DUE);
    },
    meet(name, fingerprint) {
      const known = table.get(name);
      if (!known) return 'unknown';
      const { text, state } = known;
      if (has(state, LIVING)) set(name, text, state | MET);
      if (text !== fingerprint) return has(state, LIVING) ? 'changed' : 'unknown';
      if (has(state, DUE)) return 'due';
      return has(state, OUTDATED) ? 'outdated' : 'same';
    },
    update: ({ name, fingerprint, deleted }) => set(name, fingerprint, deleted ? 0 : LIVING | MET),
    missing: () => named((state) => has(state, LIVING) && !has(state, MET)),
    outdated: () => named((state) => has(state, MET) && has(state, OUTDATED)),
    living: () => living,
    met: () => met,
    isMet: (name) => has(table.get(name)?.state ?? 0, MET),
  };
}

function has(state: number, flag: number): boolean {
  return (state & flag) !== 0;
}
