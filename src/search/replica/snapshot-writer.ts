import { createGate } from '../../async/gate.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { type LoadedIndex, snapshotOf } from './loaded-index.ts';

export interface OwnedIndex extends LoadedIndex {
  /** As it was when what is served became what it is. */
  readonly ownership: OwnershipRecord;
}

/** Writes snapshots of what is served at an interval. Nothing is applied while one is written. */
export interface SnapshotWriter {
  /** Makes the next one due at once. */
  hurry(): void;
  /** Writes one that is due. */
  goOn(index: OwnedIndex): Promise<void>;
  write(index: OwnedIndex): Promise<void>;
  /** Does work that applies records, as soon as no snapshot is written. */
  apply<T>(work: () => Promise<T>): Promise<T>;
}

export interface SnapshotWriterOptions {
  readonly snapshots: Snapshots;
  readonly intervalMs: number;
  readonly now: () => number;
}

export function createSnapshotWriter({ snapshots, intervalMs, now }: SnapshotWriterOptions): SnapshotWriter {
  const applying = createGate();
  let dueAtMs = now() + intervalMs;

  const write = (index: OwnedIndex) => {
    dueAtMs = now() + intervalMs;
    return applying.close(() => snapshots.write(index.ownership, snapshotOf(index)));
  };

  return {
    hurry() {
      dueAtMs = now();
    },
    async goOn(index) {
      if (now() >= dueAtMs) await write(index);
    },
    write,
    apply: applying.pass,
  };
}
