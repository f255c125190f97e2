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

/** Snapshots on the local disk. Nothing rejects but for the signal: without a disk there is no snapshot. */
export interface Snapshots {
  /** Fills a memory from the snapshot of this build. Undefined, and the memory to be thrown away, at any doubt. */
  restore(ownership: OwnershipRecord, memory: Memory, signal: AbortSignal): Promise<RestoredSnapshot | undefined>;
  /** Begins a snapshot of a memory, which is empty. */
  begin(ownership: OwnershipRecord, memory: Memory): Promise<Snapshot>;
}

export interface RestoredSnapshot {
  readonly snapshot: Snapshot;
  readonly checkpoint: Checkpoint;
}

export interface SnapshotsOptions {
  readonly directory: string;
  readonly limitBytes: number;
  /** A file up to this size is not compacted. */
  readonly smallBytes?: number;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const SMALL_BYTES = 32 * 1024 * 1024;

/** Writes and restores nothing. */
export const NO_SNAPSHOTS: Snapshots = {
  restore: async () => undefined,
  begin: async (_marker, memory) => unwritten(memory),
};

/** One snapshot in a directory, which is created where it is missing. */
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
        if (!isMissing(error)) log.warn({ err: error }, 'Failed to restore the snapshot; reading the whole table');
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
        log.warn({ err }, 'Failed to begin a snapshot; the next start reads the whole table');
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
