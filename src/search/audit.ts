import { applyNews, type LoadedIndex } from './loaded-index.ts';

export interface AuditOptions {
  readonly index: LoadedIndex;
  /** Reads the marker afresh: whether the tables still hold the filling that is in memory. */
  readonly stillHolds: (signal: AbortSignal) => Promise<boolean>;
}

const ABSENT_AT_A_TIME = 1_000;

/**
 * Compares the whole feed with the memory, one page a step, and mends what differs; each step yields how many
 * repositories it mended. This finds whatever following the feed has missed: late entries, clocks far apart, and
 * tombstones that expired.
 */
export async function* auditFeed({ index, stillHolds }: AuditOptions, signal: AbortSignal): AsyncGenerator<number> {
  const absent = new Set(index.memory.names());
  for (const { shard } of index.shards) {
    for await (const page of index.feed.changes(shard, 0, signal)) {
      for (const { name } of page) absent.delete(name);
      yield (await applyNews(index, page, signal)).length;
    }
  }
  for (const names of slices([...absent], ABSENT_AT_A_TIME)) {
    yield await dropAbsent({ index, stillHolds }, names, signal);
  }
}

/**
 * Forgets those names that a consistent read does not find. The marker is read after the records: a table made anew is
 * empty too, and by then has another filling.
 */
async function dropAbsent(
  { index, stillHolds }: AuditOptions,
  names: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { memory, records } = index;
  const found = await records.readAll(names, signal);
  const applied = found.filter((stored) => memory.apply(stored)).length;
  if (!(await stillHolds(signal))) return applied;
  const present = new Set(found.map(({ record }) => record.name));
  return applied + names.filter((name) => !present.has(name) && memory.forget(name)).length;
}

function* slices<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
