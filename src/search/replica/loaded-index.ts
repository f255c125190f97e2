import { createTurn, type Turn } from '../../async/turn.ts';
import type { Change, ChangeFeed } from '../../dynamodb/records/change-feed.ts';
import type { StoredRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { Marker } from '../../dynamodb/state/ownership.ts';
import type { SearchEngine } from '../api.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { cursorAfterScan, type FeedCursor } from './cursor.ts';
import type { IndexSource } from './index-source.ts';
import type { LoadProgress } from './load-progress.ts';
import { createMemory, type Memory } from './memory.ts';

/** To take an answer apart and apply it holds the event loop, so answers are short. */
const READ_AT_A_TIME = 50;

export interface ShardReader {
  readonly shard: number;
  cursor: FeedCursor;
}

/** One filling of the tables in memory, and where to read on. */
export interface LoadedIndex {
  readonly memory: Memory;
  /** Writes the memory along. */
  readonly snapshot: Snapshot;
  readonly records: Pick<RecordStore, 'readAll' | 'scan'>;
  readonly feed: ChangeFeed;
  readonly shards: readonly ShardReader[];
}

export interface LoadOptions {
  readonly source: IndexSource;
  readonly createEngine: () => SearchEngine;
  readonly snapshots: Snapshots;
  readonly segments: number;
  readonly progress: LoadProgress;
  readonly now: () => number;
}

/** Reads the whole table into a new memory; writes made meanwhile are found by following the feed from its cursors. */
export async function loadIndex(options: LoadOptions, marker: Marker, signal: AbortSignal): Promise<LoadedIndex> {
  const { source, createEngine, snapshots } = options;
  const snapshot = await snapshots.begin(marker, createMemory(marker.epoch, createEngine()));
  try {
    const records = source.records(marker.feedShards);
    const cursor = await scanInto(snapshot, { ...options, records }, signal);
    const shards = Array.from({ length: marker.feedShards }, (_, shard) => ({ shard, cursor }));
    return { memory: snapshot.memory, snapshot, records, feed: source.feed(marker.feedShards), shards };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** Answers where the feed is to be followed from. */
async function scanInto(
  { memory, settle }: Snapshot,
  { records, segments, progress, now }: LoadOptions & Pick<LoadedIndex, 'records'>,
  signal: AbortSignal,
): Promise<FeedCursor> {
  const turn = createTurn();
  const beganAtMs = now();
  let newestMs = 0;
  for await (const page of records.scan(segments, signal)) {
    newestMs = Math.max(newestMs, await applyAll(memory, page, turn));
    progress.read(page.length);
    await settle();
  }
  return cursorAfterScan({ beganAtMs, endedAtMs: now(), newestMs });
}

/** Takes over those of this filling, of which others may have left millions; answers the latest time of change of all. */
async function applyAll(memory: Memory, page: readonly StoredRecord[], turn: Turn): Promise<number> {
  for (const stored of page) {
    if (stored.epoch === memory.epoch) memory.apply(stored);
    if (turn.isOver()) await turn.next();
  }
  return page.reduce((newest, { changedAtMs }) => Math.max(newest, changedAtMs), 0);
}

/** Reads those of `changes` that the memory does not know yet, and answers with what it took over. */
export async function applyNews(
  { memory, records }: LoadedIndex,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<StoredRecord[]> {
  const news = changes.filter((change) => !memory.knows(change));
  const applied: StoredRecord[] = [];
  const turn = createTurn();
  for (const names of slices([...new Set(news.map(({ name }) => name))], READ_AT_A_TIME)) {
    for (const stored of await records.readAll(names, signal)) {
      if (memory.apply(stored)) applied.push(stored);
      if (turn.isOver()) await turn.next();
    }
  }
  return applied;
}

function* slices<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
