import { rename, rm } from 'node:fs/promises';
import type { Logger } from '../../telemetry/log.ts';
import type { HeldRecord, Memory } from '../replica/memory.ts';
import { type Compaction, startCompaction } from './compaction.ts';
import type { Checkpoint, Identity } from './parts.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** A memory whose changes are written to the local disk. When that fails, the memory goes on without a disk. */
export interface Snapshot {
  readonly memory: Memory;
  /** Waits for the disk when it is far behind. */
  settle(): Promise<void>;
  /** From here on a restart finds what the memory has, and follows the feed from these cursors. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  /** Stops writing; what the last checkpoint covers stays. */
  close(): Promise<void>;
}

export interface SnapshotPlace {
  /** The snapshot that a restart reads. */
  readonly path: string;
  /** The snapshot that is being written, until it replaces the other. */
  readonly newPath: string;
  /** Both together are never larger: Kubernetes may evict the pod of a volume that is too full. */
  readonly limitBytes: number;
  /** A file up to this size is not compacted. */
  readonly smallBytes: number;
  readonly log: Logger;
}

export interface OpenSnapshot {
  readonly file: SnapshotFile;
  readonly identity: Identity;
  readonly memory: Memory;
  /** Whether the file is at `path` already, not at `newPath`. */
  readonly isInPlace: boolean;
}

const COMPACT_AT_GROWTH = 2;

export function createSnapshot(place: SnapshotPlace, opened: OpenSnapshot): Snapshot {
  const { path, newPath, limitBytes, smallBytes, log } = place;
  const { identity, memory } = opened;
  let file: SnapshotFile | undefined = opened.file;
  let compaction: Compaction | undefined;
  let isInPlace = opened.isInPlace;
  let compactAtBytes = compactAt(file, smallBytes);

  const close = async () => {
    const closing = [compaction?.abandon(), file?.close()];
    file = undefined;
    compaction = undefined;
    await Promise.allSettled(closing);
    await rm(newPath, { force: true }).catch(() => undefined);
  };

  const attempt = async (work: (file: SnapshotFile) => Promise<unknown>) => {
    try {
      if (file) await work(file);
      const sizeBytes = (file?.sizeBytes() ?? 0) + (compaction?.sizeBytes() ?? 0);
      if (sizeBytes > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
    } catch (err) {
      log.warn({ err }, 'Failed to write the snapshot; the next start reads the whole table');
      await close();
      await rm(path, { force: true }).catch(() => undefined);
    }
  };

  const putInPlace = async (next: SnapshotFile) => {
    await rename(newPath, path);
    isInPlace = true;
    compactAtBytes = compactAt(next, smallBytes);
  };

  const swap = async (present: SnapshotFile, ready: Compaction) => {
    const next = await ready.finish();
    await present.close();
    file = next;
    compaction = undefined;
    isInPlace = false;
    return next;
  };

  return {
    memory: writtenAlong(memory, () => file),
    settle: () => attempt((present) => present.settle()),
    checkpoint: (checkpoint) =>
      attempt(async (present) => {
        const current = compaction?.isReady() ? await swap(present, compaction) : present;
        await current.checkpoint(checkpoint);
        if (!isInPlace) await putInPlace(current);
        if (compaction || current.sizeBytes() < compactAtBytes) return;
        compaction = await startCompaction({ present: current, path, newPath, identity, memory });
      }),
    close,
  };
}

function compactAt(file: SnapshotFile, smallBytes: number): number {
  return Math.max(smallBytes, file.sizeBytes() * COMPACT_AT_GROWTH);
}

function writtenAlong(memory: Memory, fileNow: () => SnapshotFile | undefined): Memory {
  return {
    ...memory,
    apply(stored) {
      const applied = memory.apply(stored);
      if (applied) fileNow()?.add({ held: heldOf(stored) });
      return applied;
    },
    forget(name) {
      fileNow()?.add({ forgotten: name });
      return memory.forget(name);
    },
  };
}

function heldOf({ record, reader, epoch, revision, changedAtMs, deleted }: HeldRecord): HeldRecord {
  return { record, reader, epoch, revision, changedAtMs, deleted };
}
