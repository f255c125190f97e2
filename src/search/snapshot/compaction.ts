import { createTurn } from '../../async/turn.ts';
import type { Memory } from '../replica/memory.ts';
import { openBlockFile, readBlocks } from './block-file.ts';
import { type Identity, parsePart, partText } from './parts.ts';
import { createSnapshotFile, type SnapshotFile } from './snapshot-file.ts';

/** A second file is written without what is out of date, while the present one still grows. */
export interface Compaction {
  /** Whether everything is copied but what was added meanwhile, or copying has failed. */
  isReady(): boolean;
  sizeBytes(): number;
  /** Copies what was added meanwhile; nothing may be added to the present file any more. Rejects when anything failed. */
  finish(): Promise<SnapshotFile>;
  abandon(): Promise<void>;
}

export interface CompactionOptions {
  readonly present: SnapshotFile;
  readonly path: string;
  readonly newPath: string;
  readonly identity: Identity;
  readonly memory: Pick<Memory, 'holds'>;
}

/** Begins to copy in the background what the file holds now. */
export async function startCompaction(options: CompactionOptions): Promise<Compaction> {
  const { present, path, newPath } = options;
  await present.flush();
  const copiedBytes = present.sizeBytes();
  const target = createSnapshotFile(await openBlockFile(newPath, 0));
  const leaving = new AbortController();
  let isReady = false;
  const copying = copyHeld(options, { target, copiedBytes }, leaving.signal).finally(() => {
    isReady = true;
  });
  copying.catch(() => undefined);

  return {
    isReady: () => isReady,
    sizeBytes: () => target.sizeBytes(),
    async finish() {
      await copying;
      await present.flush();
      for await (const { text } of readBlocks(path, copiedBytes)) await target.copy(text);
      return target;
    },
    async abandon() {
      leaving.abort();
      await copying.catch(() => undefined);
      await target.close();
    },
  };
}

async function copyHeld(
  { path, identity, memory }: CompactionOptions,
  { target, copiedBytes }: { readonly target: SnapshotFile; readonly copiedBytes: number },
  signal: AbortSignal,
): Promise<void> {
  const turn = createTurn();
  await target.copy(partText({ kind: 'identity', identity }));
  for await (const { text } of readBlocks(path, 0, copiedBytes)) {
    const part = parsePart(text);
    for (const entry of part.kind === 'entries' ? part.entries : []) {
      if ('held' in entry && memory.holds(entry.held)) target.add(entry);
      if (turn.isOver()) await turn.next();
    }
    signal.throwIfAborted();
    await target.settle();
  }
}
