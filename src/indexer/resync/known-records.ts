import { createTextTable } from '../off-heap-map.ts';

export interface KnownRecord {
  readonly name: string;
  readonly fingerprint: string;
  /** A tombstone. */
  readonly deleted: boolean;
  /** An older reader has read it. */
  readonly outdated?: boolean;
}

/**
 * How a listing compares with a record: `due` is one that says the same and is to be read again all the same, `outdated`
 * one that an older reader has read.
 */
export type Comparison = 'same' | 'changed' | 'unknown' | 'due' | 'outdated';

/** What the index says of every repository, and which of them a walk has met: some 85 bytes each, not on the heap. */
export interface KnownRecords {
  /** Of a repository that no walk has met yet. */
  add(record: KnownRecord): void;
  /** What could not be read of a repository that was added may be there by now, or what was stored of it is lost. */
  markDue(name: string): void;
  /** Compares a listing with what is known of its repository, which thereby is met. */
  meet(name: string, fingerprint: string): Comparison;
  /** What the index says from now on of a repository that was met. */
  settle(record: KnownRecord): void;
  /** Names of the living that were not met, in no order. */
  missing(): Generator<string>;
  /** Names of those that were met, and are as an older reader has read them; in no order. */
  outdated(): Generator<string>;
  /** As many as were added alive. */
  living(): number;
  /** As many as are alive and were met. */
  met(): number;
  isMet(name: string): boolean;
}

/** The lower bits of a state; what is neither is a tombstone. */
const LIVING = 1;
const MET = 2;
/** Flags above them. */
const OUTDATED = 4;
const DUE = 8;

export function createKnownRecords(): KnownRecords {
  const table = createTextTable();
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
    settle: ({ name, fingerprint, deleted }) => set(name, fingerprint, deleted ? 0 : LIVING | MET),
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
