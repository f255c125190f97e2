import { advance, readFromMs, readToEnd } from './feed-position.ts';
import { type AppliedRecord, applyChanges, type LoadedIndex, type ShardReader } from './loaded-index.ts';

export interface FollowOptions {
  readonly overlapMs: number;
  readonly now: () => number;
  /** Called with what was applied. */
  readonly onApplied: (records: readonly AppliedRecord[]) => void;
}

/**
 * Applies what every shard of the feed has named since it was last read; returns how many records. Rejects when a shard
 * failed, after the others have been read.
 */
export async function followFeed(index: LoadedIndex, options: FollowOptions, signal: AbortSignal): Promise<number> {
  const polls = index.shards.map((reader) => followShard(index, reader, { ...options, signal }));
  await Promise.allSettled(polls);
  const applied = await Promise.all(polls);
  return applied.reduce((sum, count) => sum + count, 0);
}

/** The cursor moves past a page after the records that the page names were read. */
async function followShard(
  index: LoadedIndex,
  reader: ShardReader,
  { overlapMs, now, onApplied, signal }: FollowOptions & { readonly signal: AbortSignal },
): Promise<number> {
  let count = 0;
  const beganAtMs = now();
  const sinceMs = readFromMs(reader.cursor, beganAtMs, overlapMs);
  for await (const page of index.feed.changes(reader.shard, sinceMs, signal)) {
    const applied = await applyChanges(index, page, signal);
    onApplied(applied);
    count += applied.length;
    for (const { changedAtMs } of page) reader.cursor = advance(reader.cursor, changedAtMs, now());
  }
  reader.cursor = readToEnd(reader.cursor, beganAtMs);
  return count;
}
