import type { BlockFile } from './block-file.ts';
import { type Checkpoint, type Entry, entriesText, entryText, type Part, partText } from './parts.ts';

/** A snapshot that is being written. After one write has failed, everything rejects. */
export interface SnapshotFile {
  /** Collects entries, which are written in blocks, in order, in the background. */
  add(entry: Entry): void;
  /** Waits while much is unwritten. */
  settle(): Promise<void>;
  /** Waits until all entries are written. */
  flush(): Promise<void>;
  /** Writes a checkpoint, and waits for the disk. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  /** Appends a part of another snapshot unchanged. */
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
    // The next caller that waits sees a failure; until then it must not count as an unhandled rejection.
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
