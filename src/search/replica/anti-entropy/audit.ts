import { applyNews, type LoadedIndex } from '../loaded-index.ts';

export interface AuditOptions {
  readonly index: LoadedIndex;
  /** When the build began; milliseconds since 1970, by the clock of whoever began it. */
  readonly startedAtMs: number;
  /** Reads the ownership record afresh: whether the tables still hold the build that is in memory. */
  readonly stillHolds: (signal: AbortSignal) => Promise<boolean>;
  /** Told how many names were missed, too many to forget them yet. */
  readonly onDoubt: (names: number) => void;
}

/** A walk that mends, step by step, and yields how many repositories each step mended. */
export type Audit = (signal: AbortSignal) => AsyncGenerator<number>;

/** Older entries belong to earlier builds; a day, because clocks differ. */
const CLOCKS_DIFFER_MS = 24 * 60 * 60_000;
const FEW_NAMES = 20;
const FEW_SHARE = 0.1;

/**
 * Compares the whole feed with the memory, one page a step, and mends what differs. This finds whatever following the
 * feed has missed: late entries, clocks far apart, and tombstones that expired. Where many repositories are missing at
 * once the table may have been made anew behind the back of whoever writes the ownership record, so they are forgotten only when
 * the next walk misses them too.
 */
export function createAudit(options: AuditOptions): Audit {
  const { index, startedAtMs, onDoubt } = options;
  const { memory, shards, feed } = index;

  return async function* audit(signal) {
    memory.walks.begin();
    for (const { shard } of shards) {
      for await (const page of feed.changes(shard, Math.max(0, startedAtMs - CLOCKS_DIFFER_MS), signal)) {
        for (const { name } of page) memory.walks.meet(name);
        yield (await applyNews(index, page, signal)).length;
      }
    }
    const missed = await count(memory.walks.unmet(0));
    const missedBefore = areFew(missed, memory.engine.size().repositories) ? 0 : 1;
    const certain = missedBefore === 0 ? missed : await count(memory.walks.unmet(missedBefore));
    if (certain < missed) onDoubt(missed - certain);
    for await (const names of memory.walks.unmet(missedBefore)) {
      if (names.length > 0) yield await dropAbsent(options, names, signal);
    }
    memory.walks.end();
  };
}

/** Whether so many of the `known` ones may be gone without there being anything wrong. */
function areFew(missed: number, known: number): boolean {
  return missed <= FEW_NAMES || missed <= known * FEW_SHARE;
}

/** The names of all pages; others have the event loop in between. */
async function count(pages: AsyncIterable<readonly string[]>): Promise<number> {
  let names = 0;
  for await (const page of pages) names += page.length;
  return names;
}

/**
 * Forgets those names that a consistent read does not find. The ownership record is read after the records: a table made anew is
 * empty too, and by then has another build.
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

/** Does one long walk now and then, some steps at a time, between other work. */
export interface Auditor {
  /** Goes on with the walk for a while, or begins one when it is due; answers with how much it mended. */
  goOn(signal: AbortSignal): Promise<number>;
  /** Makes the next walk due at once. */
  hurry(): void;
  /** Whether a walk has begun and is not at its end. */
  isUnderWay(): boolean;
}

export interface AuditorOptions {
  readonly begin: (signal: AbortSignal) => AsyncGenerator<number>;
  readonly intervalMs: number;
  /** How long to go on at a time; at least one step is taken. */
  readonly stretchMs: number;
  readonly now: () => number;
}

/** A walk that fails begins again at the next step. */
export function createAuditor({ begin, intervalMs, stretchMs, now }: AuditorOptions): Auditor {
  let walk: AsyncGenerator<number> | undefined;
  let dueAtMs = now() + intervalMs;

  const finish = () => {
    walk = undefined;
    dueAtMs = now() + intervalMs;
  };

  const step = async (signal: AbortSignal): Promise<number> => {
    const under = walk ?? begin(signal);
    walk = undefined;
    const { done, value } = await under.next();
    if (done) finish();
    else walk = under;
    return done ? 0 : value;
  };

  return {
    async goOn(signal) {
      if (!walk && now() < dueAtMs) return 0;
      const endMs = now() + stretchMs;
      let mended = await step(signal);
      while (walk && now() < endMs) mended += await step(signal);
      return mended;
    },
    isUnderWay: () => walk !== undefined,
    hurry() {
      dueAtMs = now();
    },
  };
}
