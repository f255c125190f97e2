import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import { errorCode } from '../../json/error-code.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Serializable } from '../archive.ts';
import type { Memory } from '../replica/memory.ts';
import { readArchive, writeDown } from './archive-file.ts';
import { type Checkpoint, headerText, readHeader } from './header.ts';

/** A memory as it is, and from where to follow the feed. */
export interface Snapshot {
  readonly memory: Memory;
  readonly checkpoint: Checkpoint;
}

/** Snapshots on the local disk. Nothing rejects but for the signal: without a disk there is no snapshot. */
export interface Snapshots {
  /** The snapshot of this build; undefined at any doubt. */
  read(ownership: OwnershipRecord, newMemory: () => Memory, signal: AbortSignal): Promise<Snapshot | undefined>;
  /** Replaces the snapshot. Nothing may be applied to the memory meanwhile. */
  write(ownership: OwnershipRecord, snapshot: Snapshot): Promise<void>;
}

export interface SnapshotsOptions {
  /** Created where it is missing. */
  readonly directory: string;
  /** What is in the directory is never larger: Kubernetes may evict the pod of a volume that is too full. */
  readonly limitBytes: number;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const NO_SNAPSHOTS: Snapshots = { read: async () => undefined, write: async () => undefined };

export function createSnapshots({ directory, limitBytes, log, now }: SnapshotsOptions): Snapshots {
  const path = join(directory, 'index.snapshot');
  const newPath = `${path}.new`;

  return {
    async read(ownership, newMemory, signal) {
      try {
        return await withFile(path, 'r', async (file) => {
          const memory = newMemory();
          let checkpoint: Checkpoint = { cursors: [] };
          const whole: Serializable = {
            *serialize(archive) {
              checkpoint = readHeader(archive.text(''), ownership, now());
              yield* memory.serialize(archive);
            },
          };
          await readArchive(file, whole, signal);
          return { memory, checkpoint };
        });
      } catch (err) {
        signal.throwIfAborted();
        if (errorCode(err) !== 'ENOENT') log.warn({ err }, 'Failed to read the snapshot; reading the whole table');
        return undefined;
      }
    },

    async write(ownership, { memory, checkpoint }) {
      try {
        const whole: Serializable = {
          *serialize(archive) {
            archive.text(headerText(ownership, checkpoint));
            yield* memory.serialize(archive);
          },
        };
        const written = await writeDown(whole);
        if (written.sizeBytes > limitBytes) throw new Error(`it is larger than ${limitBytes} bytes`);
        await mkdir(directory, { recursive: true });
        if (written.sizeBytes + (await sizeOf(path)) > limitBytes) await rm(path);
        await withFile(newPath, 'w', async (file) => {
          await written.writeTo(file);
          await file.datasync();
        });
        await rename(newPath, path);
      } catch (err) {
        log.warn({ err }, 'Failed to write a snapshot; the next start takes longer');
        await rm(newPath, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function withFile<T>(path: string, flags: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
