import type { BlockFile } from './block-file.ts';
import { type Checkpoint, type Entry, entriesText, entryText, type Part, partText } from './parts.ts';

/** A snapshot in the writing. Once something could not be written, everything rejects. */
export interface SnapshotFile {
  /** Gathers entries; they are written a block at a time, in order, while others work. */
  add(entry: Entry): void;
  /** Waits while much is still to be written. */
  settle(): Promise<void>;
  /** Waits until everything that was added is written. */
  flush(): Promise<void>;
  /** Writes that everything up to here is complete, and waits for the disk. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  /** Appends a part of another snapshot as it stands. */
  copy(text: string): Promise<void>;
  sizeBytes(): number;
  close(): Promise<void>;
}

/** Parsing a block of this length takes about a millisecond. */
const BLOCK_CHARACTERS = 128 * 1024;
const BLOCKS_AHEAD = 8;

export function createSnapshotFile(file: BlockFile): SnapshotFile {
  let entries: string[] = [];
  let characters = 0;
  let ahead = 0;
  let written: Promise<void> = Promise.resolve();

  const append = (text: string): Promise<void> => {
    ahead += 1;
    written = written.then(() => file.append(text)).finally(() => (ahead -= 1));
    // Whoever waits next is told; until then a failure must not count as one that nobody handles.
    written.catch(() => undefined);
    return written;
  };

  const flush = (): Promise<void> => {
    if (entries.length === 0) return written;
    const text = entriesText(entries);
    entries = [];
    characters = 0;
    return append(text);
  };

  return {
    add(entry) {
      const text = entryText(entry);
      entries.push(text);
      characters += text.length;
      if (characters >= BLOCK_CHARACTERS) void flush();
    },
    async settle() {
      if (ahead > BLOCKS_AHEAD) await written;
    },
    flush,
    async checkpoint(checkpoint) {
      void flush();
      await append(partText({ kind: 'checkpoint', checkpoint } satisfies Part));
      await file.sync();
    },
    copy: append,
    sizeBytes: () => file.sizeBytes(),
    close: () => file.close(),
  };
}
