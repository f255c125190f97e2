import type { Marker } from '../../dynamodb/state/ownership.ts';
import type { Checkpoint } from '../snapshot/parts.ts';
import type { LoadedIndex, LoadOptions } from './loaded-index.ts';
import { createMemory } from './memory.ts';

/** The index as a snapshot on disk has it, and where to read on; undefined when there is none of this filling. */
export async function restoreIndex(
  { source, createEngine, snapshots }: LoadOptions,
  marker: Marker,
  signal: AbortSignal,
): Promise<LoadedIndex | undefined> {
  const restored = await snapshots.restore(marker, createMemory(marker.epoch, createEngine()), signal);
  if (!restored) return undefined;
  const { snapshot, checkpoint } = restored;
  const shards = checkpoint.cursors.map((cursor, shard) => ({ shard, cursor }));
  const { memory } = snapshot;
  return { memory, snapshot, shards, records: source.records(marker.feedShards), feed: source.feed(marker.feedShards) };
}

/** Where the index could be taken up again. */
export function checkpointOf({ shards }: LoadedIndex): Checkpoint {
  return { cursors: shards.map(({ cursor }) => cursor) };
}
