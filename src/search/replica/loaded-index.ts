import { createTurn } from '../../async/turn.ts';
import type { Change, ChangeFeed } from '../../dynamodb/records/change-feed.ts';
import type { StoredRecord } from '../../dynamodb/records/record.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { OwnershipStore } from '../../dynamodb/state/ownership.ts';
import type { RangeStore } from '../../dynamodb/state/ranges.ts';
import type { Snapshot } from '../snapshot/snapshots.ts';
import type { FeedCursor } from './feed-position.ts';
import type { Memory } from './memory.ts';

/** The index in DynamoDB, as a replica reads it. The ownership record says how many shards the feed has. */
export interface IndexSource {
  readonly ownership: Pick<OwnershipStore, 'read'>;
  /** How many repositories the build has counted, from which a load knows how far it is. */
  readonly ranges: Pick<RangeStore, 'readPlan' | 'readProgress'>;
  records(feedShards: number): Pick<RecordStore, 'readAll' | 'scan'>;
  feed(feedShards: number): ChangeFeed;
}

/** Records a request: parsing and applying an answer holds the event loop, so answers are short. */
const READ_AT_A_TIME = 50;

export interface ShardReader {
  readonly shard: number;
  cursor: FeedCursor;
}

/** One build of the tables in memory, and where to read on. */
export interface LoadedIndex {
  readonly memory: Memory;
  readonly records: Pick<RecordStore, 'readAll' | 'scan'>;
  readonly feed: ChangeFeed;
  readonly shards: readonly ShardReader[];
}

/** What a replica has just made its own. */
export interface AppliedRecord {
  readonly stored: StoredRecord;
  /** It has a newer push than the replica knew of before. */
  readonly isPush: boolean;
}

/** Reads those of `changes` that the memory does not have, and returns what it applied. */
export async function applyChanges(
  index: LoadedIndex,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<AppliedRecord[]> {
  const unknown = changes.filter((change) => !index.memory.knows(change));
  return applyNamed(index, new Set(unknown.map(({ name }) => name)), signal);
}

/** Reads these repositories, and returns what was newer than the memory. */
export async function applyNamed(
  { memory, records }: Pick<LoadedIndex, 'memory' | 'records'>,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<AppliedRecord[]> {
  const applied: AppliedRecord[] = [];
  const turn = createTurn();
  for (const some of slices([...names], READ_AT_A_TIME)) {
    for (const stored of await records.readAll(some, signal)) {
      const isPush = stored.record.pushedAtMs > memory.pushedAtMs(stored.record.name);
      if (memory.apply(stored)) applied.push({ stored, isPush });
      if (turn.isOver()) await turn.next();
    }
  }
  return applied;
}

function* slices<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** What a restart needs. */
export function snapshotOf({ memory, shards }: LoadedIndex): Snapshot {
  return { memory, checkpoint: { cursors: shards.map(({ cursor }) => cursor) } };
}
