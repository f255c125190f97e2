import { createTurn, type Turn } from '../../async/turn.ts';
import type { StoredRecord } from '../../dynamodb/records/record.ts';
import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { SearchEngine } from '../api.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { cursorAfterScan, type FeedCursor } from './feed-position.ts';
import { type FollowOptions, followFeed } from './follow.ts';
import type { LoadProgress } from './load-progress.ts';
import type { IndexSource, LoadedIndex } from './loaded-index.ts';
import { createMemory, type Memory } from './memory.ts';
import type { OwnershipWatch } from './ownership-watch.ts';

interface LoadOptions {
  readonly source: IndexSource;
  readonly createEngine: () => SearchEngine;
  readonly snapshots: Snapshots;
  readonly segments: number;
  readonly progress: Pick<LoadProgress, 'read'>;
  readonly now: () => number;
}

export interface ObtainOptions extends LoadOptions {
  readonly ownershipRecords: OwnershipWatch;
  readonly following: FollowOptions;
  /** Whether to look for a snapshot on disk. */
  readonly mayRestore: boolean;
}

export interface ObtainedIndex {
  readonly index: LoadedIndex;
  readonly from: 'snapshot' | 'table';
}

/**
 * The index of one build in memory, as the tables have it now. Undefined when another build began meanwhile, which the
 * ownership record says before anything is written: what was read may then be of two builds.
 */
export async function obtainIndex(
  options: ObtainOptions,
  ownership: OwnershipRecord,
  signal: AbortSignal,
): Promise<ObtainedIndex | undefined> {
  const obtained = (await fromSnapshot(options, ownership, signal)) ?? (await fromTable(options, ownership, signal));
  if (obtained.from === 'snapshot') await followFeed(obtained.index, options.following, signal);
  return (await options.ownershipRecords.stillHolds(ownership, signal)) ? obtained : undefined;
}

async function fromSnapshot(
  options: ObtainOptions,
  ownership: OwnershipRecord,
  signal: AbortSignal,
): Promise<ObtainedIndex | undefined> {
  const index = options.mayRestore ? await restoreIndex(options, ownership, signal) : undefined;
  return index && { index, from: 'snapshot' };
}

async function fromTable(
  options: ObtainOptions,
  ownership: OwnershipRecord,
  signal: AbortSignal,
): Promise<ObtainedIndex> {
  return { index: await loadIndex(options, ownership, signal), from: 'table' };
}

/** Reads the whole table into a new memory. Writes made meanwhile are found by following the feed from the cursors. */
export async function loadIndex(
  options: LoadOptions,
  ownership: OwnershipRecord,
  signal: AbortSignal,
): Promise<LoadedIndex> {
  const { source, createEngine } = options;
  const memory = createMemory(ownership.epoch, createEngine());
  const records = source.records(ownership.feedShards);
  const cursor = await scanInto(memory, { ...options, records }, signal);
  const shards = Array.from({ length: ownership.feedShards }, (_, shard) => ({ shard, cursor }));
  return { memory, records, feed: source.feed(ownership.feedShards), shards };
}

/** Returns from where to follow the feed. */
async function scanInto(
  memory: Memory,
  { records, segments, progress, now }: LoadOptions & Pick<LoadedIndex, 'records'>,
  signal: AbortSignal,
): Promise<FeedCursor> {
  const turn = createTurn();
  const beganAtMs = now();
  let newestMs = 0;
  for await (const page of records.scan(segments, signal)) {
    newestMs = Math.max(newestMs, await applyAll(memory, page, turn));
    progress.read(page.length);
  }
  return cursorAfterScan({ beganAtMs, endedAtMs: now(), newestMs });
}

/** Applies the records of this build; others may have left millions. Returns the latest time of change of all. */
async function applyAll(memory: Memory, page: readonly StoredRecord[], turn: Turn): Promise<number> {
  for (const stored of page) {
    if (stored.epoch === memory.epoch) memory.apply(stored);
    if (turn.isOver()) await turn.next();
  }
  return page.reduce((newest, { changedAtMs }) => Math.max(newest, changedAtMs), 0);
}

/** The index as a snapshot on disk has it; undefined when there is none of this build. */
async function restoreIndex(
  { source, createEngine, snapshots }: LoadOptions,
  ownership: OwnershipRecord,
  signal: AbortSignal,
): Promise<LoadedIndex | undefined> {
  const snapshot = await snapshots.read(ownership, () => createMemory(ownership.epoch, createEngine()), signal);
  if (!snapshot) return undefined;
  const { memory, checkpoint } = snapshot;
  return {
    memory,
    shards: checkpoint.cursors.map((cursor, shard) => ({ shard, cursor })),
    records: source.records(ownership.feedShards),
    feed: source.feed(ownership.feedShards),
  };
}
