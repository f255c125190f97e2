import type { Digest } from '../storage/layout.ts';
import { createTextTable } from './text-table.ts';

/** Which platforms digests name, for as many digests as a registry has: what was read once need not be read again. */
export interface PlatformMemo {
  recall(digest: Digest): readonly string[] | undefined;
  remember(digest: Digest, platforms: readonly string[]): void;
}

/** About 100 bytes each, off the heap. A larger registry has some of its later digests read once more. */
const MAX_DIGESTS = 1_000_000;
/** Characters of a list; no image that anybody runs has a longer one. */
const MAX_LENGTH = 4_096;

export function createPlatformMemo(): PlatformMemo {
  const table = createTextTable();
  const lists = new Map<string, readonly string[]>();
  let digests = 0;

  /** Most images run on the same few platforms. */
  const listOf = (text: string): readonly string[] => {
    const known = lists.get(text) ?? JSON.parse(text);
    lists.set(text, known);
    return known;
  };

  return {
    recall(digest) {
      const entry = table.get(digest);
      return entry && listOf(entry.text);
    },
    remember(digest, platforms) {
      const text = JSON.stringify(platforms);
      if (digests >= MAX_DIGESTS || text.length > MAX_LENGTH || table.get(digest)) return;
      digests += 1;
      table.set({ key: digest, text, state: 0 });
    },
  };
}
