import type { StoredRecord } from '../../index/record.ts';
import { advance, readFromMs, readToEnd } from './cursor.ts';
import { applyNews, type LoadedIndex, type ShardReader } from './loaded-index.ts';

export interface FollowOptions {
  readonly overlapMs: number;
  readonly now: () => number;
  /** Told of everything that the memory took over. */
  readonly onApplied: (records: readonly StoredRecord[]) => void;
}

/** Applies what every shard of the feed tells since it was last read. Rejects when one shard failed; the others went on. */
export async function followFeed(index: LoadedIndex, options: FollowOptions, signal: AbortSignal): Promise<void> {
  const polls = index.shards.map((reader) => followShard(index, reader, { ...options, signal }));
  const failed = (await Promise.allSettled(polls)).find((poll) => poll.status === 'rejected');
  if (failed) throw failed.reason;
}

/** The cursor passes a page only when what the page names was read. */
async function followShard(
  index: LoadedIndex,
  reader: ShardReader,
  { overlapMs, now, onApplied, signal }: FollowOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const beganAtMs = now();
  const sinceMs = readFromMs(reader.cursor, beganAtMs, overlapMs);
  for await (const page of index.feed.changes(reader.shard, sinceMs, signal)) {
    onApplied(await applyNews(index, page, signal));
    for (const { changedAtMs } of page) reader.cursor = advance(reader.cursor, changedAtMs, now());
  }
  reader.cursor = readToEnd(reader.cursor, beganAtMs);
}
