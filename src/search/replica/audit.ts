import { applyNews, type LoadedIndex } from './loaded-index.ts';

export interface AuditOptions {
  readonly index: LoadedIndex;
  /** When the filling began; milliseconds since 1970, by the clock of whoever began it. */
  readonly startedAtMs: number;
  /** Reads the marker afresh: whether the tables still hold the filling that is in memory. */
  readonly stillHolds: (signal: AbortSignal) => Promise<boolean>;
  /** Told how many names were missed, too many to forget them yet. */
  readonly onDoubt: (names: number) => void;
}

/** A walk that mends, step by step, and yields how many repositories each step mended. */
export type Audit = (signal: AbortSignal) => AsyncGenerator<number>;

const ABSENT_AT_A_TIME = 1_000;
/** Older entries belong to earlier fillings; a day, because clocks differ. */
const CLOCKS_DIFFER_MS = 24 * 60 * 60_000;
const FEW_NAMES = 20;
const FEW_SHARE = 0.1;

/**
 * Compares the whole feed with the memory, one page a step, and mends what differs. This finds whatever following the
 * feed has missed: late entries, clocks far apart, and tombstones that expired. Where many repositories are missing at
 * once the table may have been made anew behind the back of whoever writes the marker, so they are forgotten only when
 * the next walk misses them too.
 */
export function createAudit(options: AuditOptions): Audit {
  const { index, startedAtMs, onDoubt } = options;
  const { memory, shards, feed } = index;
  let doubted: ReadonlySet<string> = new Set();

  return async function* audit(signal) {
    const absent = new Set(memory.names());
    for (const { shard } of shards) {
      for await (const page of feed.changes(shard, Math.max(0, startedAtMs - CLOCKS_DIFFER_MS), signal)) {
        for (const { name } of page) absent.delete(name);
        yield (await applyNews(index, page, signal)).length;
      }
    }
    const missed = [...absent].filter((name) => memory.engine.slotOf(name) !== undefined);
    const kept = new Set(namesInDoubt(missed, doubted, memory.engine.size().repositories));
    if (kept.size > 0) onDoubt(kept.size);
    doubted = kept;
    const names = [...absent].filter((name) => !kept.has(name));
    for (const slice of slices(names, ABSENT_AT_A_TIME)) yield await dropAbsent(options, slice, signal);
  };
}

/** Those of the missed names that are not to be forgotten yet: none if they are few of the `known` ones. */
function namesInDoubt(missed: readonly string[], doubted: ReadonlySet<string>, known: number): readonly string[] {
  const areFew = missed.length <= FEW_NAMES || missed.length <= known * FEW_SHARE;
  return areFew ? [] : missed.filter((name) => !doubted.has(name));
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
