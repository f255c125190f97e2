import { readFileSync, statSync } from 'node:fs';

/** A file that may be replaced at any time, as kubelet does with a mounted Secret. */
export interface WatchedFile {
  /** Its text as it is now, or was a moment ago; undefined while it cannot be read. */
  text(): string | undefined;
}

export interface WatchedFileOptions {
  /** A larger file counts as unreadable. */
  readonly maxBytes: number;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

/** Reading a small file takes some 30 microseconds; not more often, then, than once in so long. */
const LOOK_EVERY_MS = 2_000;

/**
 * Looks at the content, not at the time of its change: kubelet replaces a link above the file, and clocks of file
 * systems are coarse.
 */
export function watchFile(path: string, { maxBytes, now }: WatchedFileOptions): WatchedFile {
  let text = read(path, maxBytes);
  let lookedAtMs = now();
  return {
    text() {
      if (Math.abs(now() - lookedAtMs) < LOOK_EVERY_MS) return text;
      lookedAtMs = now();
      text = read(path, maxBytes);
      return text;
    },
  };
}

function read(path: string, maxBytes: number): string | undefined {
  try {
    return statSync(path).size > maxBytes ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
