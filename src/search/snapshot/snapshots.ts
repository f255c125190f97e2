import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Memory } from '../replica/memory.ts';
import { openBlockFile } from './block-file.ts';
import { type Checkpoint, identityOf, partText } from './parts.ts';
import { restore } from './restore.ts';
import { createSnapshot, type Snapshot, type SnapshotPlace } from './snapshot.ts';
import { createSnapshotFile } from './snapshot-file.ts';

/** Where memories are kept across restarts. Nothing rejects but for the signal: without a disk there is no snapshot. */
export interface Snapshots {
  /** Fills a memory from what is kept of this build. Undefined, and the memory is of no use, when there is any doubt. */
  restore(ownership: OwnershipRecord, memory: Memory, signal: AbortSignal): Promise<RestoredSnapshot | undefined>;
  /** Begins to keep a memory, which is empty. */
  begin(ownership: OwnershipRecord, memory: Memory): Promise<Snapshot>;
}

export interface RestoredSnapshot {
  readonly snapshot: Snapshot;
  readonly checkpoint: Checkpoint;
}

export interface SnapshotsOptions {
  readonly directory: string;
  readonly limitBytes: number;
  /** Up to this size, what is out of date is not worth writing everything anew. */
  readonly smallBytes?: number;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const SMALL_BYTES = 32 * 1024 * 1024;

/** Keeps nothing. */
export const NO_SNAPSHOTS: Snapshots = {
  restore: async () => undefined,
  begin: async (_marker, memory) => unwritten(memory),
};

/** Keeps one memory in a directory, which is made where it is missing. */
export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { directory, limitBytes, smallBytes = SMALL_BYTES, log, now } = options;
  const path = join(directory, 'index.snapshot');
  const place: SnapshotPlace = { path, newPath: `${path}.new`, limitBytes, smallBytes, log };

  return {
    async restore(ownership, memory, signal) {
      const identity = identityOf(ownership);
      try {
        const { checkpoint, endByte } = await restore({ path, identity, memory, now }, signal);
        const file = createSnapshotFile(await openBlockFile(path, endByte));
        return { snapshot: createSnapshot(place, { file, identity, memory, isInPlace: true }), checkpoint };
      } catch (error) {
        signal.throwIfAborted();
        if (!isMissing(error)) log.warn({ err: error }, 'the snapshot is not used; the whole table is read');
        return undefined;
      }
    },

    async begin(ownership, memory) {
      const identity = identityOf(ownership);
      try {
        await mkdir(directory, { recursive: true });
        await rm(place.newPath, { force: true });
        const file = createSnapshotFile(await openBlockFile(place.newPath, 0));
        await file.copy(partText({ kind: 'identity', identity }));
        return createSnapshot(place, { file, identity, memory, isInPlace: false });
      } catch (err) {
        log.warn({ err }, 'no snapshot can be written; the next start reads the whole table');
        return unwritten(memory);
      }
    },
  };
}

function unwritten(memory: Memory): Snapshot {
  const nothing = async () => undefined;
  return { memory, settle: nothing, checkpoint: nothing, close: nothing };
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
